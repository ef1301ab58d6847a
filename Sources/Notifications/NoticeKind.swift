/// What happened.
package enum NoticeKind: String, Hashable, Sendable, Codable, CaseIterable {
  case detectionFired = "detection.fired"
  case actionProposed = "action.proposed"
  case actionApproved = "action.approved"
  case actionApplied = "action.applied"
  case actionVerified = "action.verified"
  case actionRefused = "action.refused"
  case actionFailed = "action.failed"
  case actionReleased = "action.released"
  case actionExpired = "action.expired"
  /// Flyball has done what it may, and a human must look.
  case attentionNeeded = "attention.needed"
  /// Flyball acts no more.
  case loopStopped = "loop.stopped"
  /// An operator tries a receiver.
  case test = "test"

  /// What Alertmanager has all notices of one matter under.
  package var alertName: String {
    switch self {
    case .detectionFired: "FlyballDetection"
    case .actionProposed, .actionApproved, .actionApplied, .actionVerified, .actionRefused,
      .actionFailed, .actionReleased, .actionExpired, .attentionNeeded:
      "FlyballAction"
    case .loopStopped: "FlyballStopped"
    case .test: "FlyballTest"
    }
  }
}
