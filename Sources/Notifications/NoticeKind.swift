/// What happened.
package enum NoticeKind: String, Hashable, Sendable, Codable, CaseIterable {
  case signalReceived = "signal.received"
  case detectionFired = "detection.fired"
  case actionProposed = "action.proposed"
  case actionApproved = "action.approved"
  case actionApplied = "action.applied"
  case actionVerified = "action.verified"
  case actionFailed = "action.failed"
  case actionReleased = "action.released"
  case actionExpired = "action.expired"

  /// What Alertmanager has all notices of one matter under.
  var alertName: String {
    switch self {
    case .signalReceived: "FlyballSignal"
    case .detectionFired: "FlyballDetection"
    case .actionProposed, .actionApproved, .actionApplied, .actionVerified, .actionFailed,
      .actionReleased, .actionExpired:
      "FlyballAction"
    }
  }
}
