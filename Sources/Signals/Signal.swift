package import MeshModel

/// What another system reports: an alert, or an event that a rule of its own picked out.
package struct Signal: Hashable, Sendable, Codable {
  package let id: SignalID
  package let source: Source
  package let status: Status
  /// The alert's or rule's name, or the event's type.
  package let name: String
  /// Never ahead of the clock of the receiver.
  package let started: Timestamp
  /// Nil where the sender names none, or one that nobody knows.
  package let severity: SigmaLevel?
  package let labels: [String: String]
  package let title: String
  package let text: String
  /// Of http and https only.
  package let links: [String]
  /// What of it was left out or altered.
  package let remarks: [SignalRemark]

  package enum Source: String, Hashable, Sendable, Codable {
    case alertmanager
    case falco
    case cloudEvents = "cloud-events"
    case mapped
  }

  package enum Status: Hashable, Sendable, Codable {
    /// It lasts until the sender says otherwise.
    case firing
    /// It is over with being told; nobody will say that it ended.
    case occurred
    case resolved(at: Timestamp?)
  }
}
