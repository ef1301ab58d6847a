/// What a person may press.
package enum Order: String, Sendable, CaseIterable {
  case order, approve, reject, revert, extend, pause, resume
  case revertAll = "revert-all"

  /// The word on the button.
  var title: String {
    switch self {
    case .order: "Order an action"
    case .approve: "Approve"
    case .reject: "Reject"
    case .revert: "Take back"
    case .extend: "Extend"
    case .pause: "Pause"
    case .resume: "Resume"
    case .revertAll: "Take everything back"
    }
  }

  /// The key that opens it for the chosen action.
  var key: String? {
    switch self {
    case .approve: "a"
    case .reject, .revert: "r"
    case .order, .extend, .pause, .resume, .revertAll: nil
    }
  }
}
