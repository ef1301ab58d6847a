internal import Actuators
package import MeshModel

/// The rungs of proof that one proxy has given for the present stage of an action.
package struct ProxyEvidence: Hashable, Sendable, Codable {
  /// Rung "accepted": a nonce-bound acknowledgement.
  package var acceptedAt: Timestamp?
  package var rejected: String?
  /// Whether it ever accepted a stage of the action, or may have, and so may hold it still.
  package var hasAccepted = false
  /// False when the proxy does not subscribe to the filter that enforces the stage.
  package var subscribed = true
  package var attached = true
  /// Why the proxy cannot enforce the stage, as far as it told.
  package var incapacity: String?
  /// It appeared after the stage was sent: it is shown, but it can neither spoil nor make a proof.
  package var joinedLate = false
  /// Rung "readback": whether the live configuration showed the action when last read.
  package var readback: Readback?
  /// Rung "behaviour": the first request stopped by the present stage.
  package var firstStoppedAt: Timestamp?
  /// Rung "behaviour" without the subject: what became of the controller's own probe.
  package var probe: Probe?
  /// The last request denied in the action's name although the stage no longer denies.
  package var lingeringAt: Timestamp?
  /// A request of the subject that was let through although it began after acceptance.
  package var servedAt: Timestamp?

  package struct Readback: Hashable, Sendable, Codable {
    package var present: Bool
    package var at: Timestamp

    package init(present: Bool, at: Timestamp) {
      self.present = present
      self.at = at
    }
  }

  package struct Probe: Hashable, Sendable, Codable {
    /// Denied in the action's name; otherwise the called side answered it.
    package var isDenied: Bool
    package var at: Timestamp

    package init(isDenied: Bool, at: Timestamp) {
      self.isDenied = isDenied
      self.at = at
    }
  }

  /// Whether the acceptance of the present stage was already written down.
  package var isAnnounced = false
  /// Rejections of the present stage that were written down; nil for none: absent from the records of
  /// earlier versions.
  private var toldRejections: Int?

  package init() {}

  /// Takes the standing of the filters that matter, and gives what is new about it. The text of a
  /// rejection is the proxy's own, and may be another each time: it does not fill the history.
  mutating func take(
    _ statuses: [DeltaSession.Status], by proxy: ProxyID, at now: Timestamp, isEnding: Bool
  ) -> (name: String, detail: String)? {
    for case .rejected(let text) in statuses {
      let isNew = rejected != text
      rejected = text
      acceptedAt = nil
      let told = toldRejections ?? 0
      guard isNew, told < LoopLimits.toldRejections else { return nil }
      toldRejections = told + 1
      let isLast = told + 1 == LoopLimits.toldRejections
      return (
        "rejected",
        "\(proxy) rejected it: \(text)"
          + (isLast ? "; what it says further is not written down" : "")
      )
    }
    guard !statuses.isEmpty, statuses.allSatisfy({ $0 == .accepted }) else {
      // A stream that is new, or has newer content under way, vouches for nothing yet.
      acceptedAt = nil
      return nil
    }
    rejected = nil
    acceptedAt = acceptedAt ?? now
    hasAccepted = hasAccepted || !isEnding
    defer { isAnnounced = true }
    return isAnnounced ? nil : ("accepted", "\(proxy) accepted it")
  }
}
