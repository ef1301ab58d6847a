package import MeshModel

/// Somebody who calls the subject of an action and did nothing.
package struct Neighbour: Sendable {
  package var caller: String
  /// Before the action, and since.
  package var before: RequestTally
  package var since: RequestTally
  /// Whether the loop takes it for harmed.
  package var isHarmed: Bool

  package init(caller: String, before: RequestTally, since: RequestTally, isHarmed: Bool) {
    self.caller = caller
    self.before = before
    self.since = since
    self.isHarmed = isHarmed
  }
}
