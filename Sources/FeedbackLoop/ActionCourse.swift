package import MeshModel

/// What befell an action on its way, as far as later decisions depend on it.
package struct ActionCourse: Hashable, Sendable, Codable {
  /// How often its subject was let go and turned bad again, in this action and those before it.
  package var relapses = 0
  /// Whether a lower stage followed a higher one.
  package var hasSteppedDown = false
  /// Who approved it, in order, and what each of them was shown.
  package var approvals: [Approval] = []
  /// Whether those who had to approved it, or an operator ordered it.
  package var isApproved = false
  /// What they were asked about.
  var approvedStage: Stage?
  /// The operator who took it back.
  package var revertedBy: String?
  /// Whether it was lessened because callers that did nothing suffered.
  package var harmed = false
  /// When it was withdrawn, or stepped down, while the history could not be written.
  package var withdrawnUnrecordedAt: Timestamp?
  /// When its first intent was written down; absent from the records of earlier versions, like what
  /// follows.
  package var began: Timestamp?
  /// The deadline that an operator wants, while it is being recorded.
  package var extendedTo: Timestamp?
  /// True, or nil.
  private var rerouted: Bool?
  private var takenOver: Bool?
  private var failed: Int?
  private var corroborated: Bool?
  /// What it rests on without the alerts that made more of it; nil where alerts began it, or none joined.
  var basis: Basis?
  /// Calls of others that could be compared with what they were before the action.
  package var comparedCalls = 0

  package struct Approval: Hashable, Sendable, Codable {
    package var by: String
    package var fingerprint: String

    /// Whether it is of the person that bears this name, however that one was known: one person's
    /// certificate does not agree with the same person's token.
    package func isOf(_ name: String) -> Bool { Self.person(by) == Self.person(name) }

    /// The name in `alice (oidc)`.
    private static func person(_ name: String) -> Substring {
      name.firstRange(of: " (").map { name[..<$0.lowerBound] } ?? name[...]
    }
  }

  package struct Basis: Hashable, Sendable, Codable {
    var stage: Stage
    var detection: Detection
    var policy: String
    var step: Int
  }

  package init() {}

  /// Whether it sent requests elsewhere at some time: answers to these may still be reported.
  package var hasRerouted: Bool {
    get { rerouted ?? false }
    set { rerouted = newValue ? true : nil }
  }

  /// Whether more than one voice once spoke for it; nobody's leaving makes it count for less.
  var wasCorroborated: Bool {
    get { corroborated ?? false }
    set { corroborated = newValue ? true : nil }
  }

  /// Whether it was begun without a human; an order that took it over since makes it no less so.
  package var wasAutomatic: Bool { !isApproved || takenOver ?? false }

  /// An operator's order takes its place.
  mutating func takeOver() {
    if !isApproved { takenOver = true }
    isApproved = true
    revertedBy = nil
  }

  /// How often it failed and was taken up again before it had ended.
  package var failures: Int {
    get { failed ?? 0 }
    set { failed = newValue > 0 ? newValue : nil }
  }
}
