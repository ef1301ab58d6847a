/// What the daemon's tests of its own loop told.
package struct SelfTestFacts: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    /// `remedy`: what to do about proofs that did not come; nil where all came.
    case passed(remedy: String?)
    case failed(remedy: String)
  }

  package struct Run: Hashable, Sendable {
    package var outcome: Outcome
    package var text: String
    package var began: String

    package init(_ outcome: Outcome, text: String, began: String) {
      self.outcome = outcome
      self.text = text
      self.began = began
    }
  }

  package var everySeconds: Double
  /// Since the last one that passed; nil before any has.
  package var secondsWithoutPass: Double?
  /// Why a due test does not begin.
  package var heldBack: String?
  /// The last that told something; nil before.
  package var last: Run?

  package init(
    everySeconds: Double, secondsWithoutPass: Double?, heldBack: String?, last: Run?
  ) {
    self.everySeconds = everySeconds
    self.secondsWithoutPass = secondsWithoutPass
    self.heldBack = heldBack
    self.last = last
  }

  var finding: Finding {
    let what = "self-test"
    let waiting = heldBack.map { "; the next waits: \($0)" } ?? ""
    guard let last else {
      return .ok(what, "none was made yet" + waiting)
    }
    let detail = "\(last.text), begun at \(last.began)" + waiting
    switch last.outcome {
    case .failed(let remedy): return .fail(what, detail, fix: remedy)
    case .passed(let remedy?): return .warn(what, detail, fix: remedy)
    case .passed(nil):
      guard let age = secondsWithoutPass, age > 2 * everySeconds else { return .ok(what, detail) }
      return .warn(what, detail, fix: "it begins by itself once nothing holds it back")
    }
  }
}
