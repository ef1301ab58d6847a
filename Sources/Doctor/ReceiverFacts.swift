/// How a receiver of notices stands, by the running daemon's word; counts are since the start.
package struct ReceiverFacts: Hashable, Sendable {
  package var name: String
  package var told: Int
  package var waiting: Int
  /// Attempts that came to nothing.
  package var failed: Int
  /// Notices that were given up.
  package var dead: Int

  package init(name: String, told: Int, waiting: Int, failed: Int, dead: Int) {
    self.name = name
    self.told = told
    self.waiting = waiting
    self.failed = failed
    self.dead = dead
  }

  package var finding: Finding {
    let what = "receiver \(name)"
    guard dead == 0 else {
      return .warn(
        what, "\(dead) notices given up, \(waiting) wait, \(told) told",
        fix: "flyball get notices names them, and why")
    }
    guard waiting == 0 || failed == 0 else {
      return .warn(
        what, "\(waiting) notices wait after \(failed) attempts that failed, \(told) told",
        fix: "flyball notify test \(name) --config FILE says what it answers")
    }
    return .ok(what, "\(told) told, \(waiting) wait")
  }
}
