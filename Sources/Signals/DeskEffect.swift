package import MeshModel

/// What a desk wants done, in this order.
package enum DeskEffect: Hashable, Sendable {
  package enum End: String, Hashable, Sendable, Codable {
    /// The sender said that it is over.
    case resolved
    /// Nobody said anything any more: no evidence, and no all-clear either.
    case expired
  }

  /// To be answered by `recorded` or `recordFailed` where a delivery waits for it.
  case record([SignalEntry], for: DeliveryID?)
  /// Evidence against a subject; the same incident comes again when it becomes graver.
  case raise(SignalEvidence)
  /// An incident is less grave, because something of it was resolved.
  case lessen(incident: IncidentID, subject: SPIFFEID)
  /// An incident is over: what it led to may be released.
  case release(incident: IncidentID, subject: SPIFFEID, End)
  case answer(DeliveryID, DeliveryAnswer)
}
