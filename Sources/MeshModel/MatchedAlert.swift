/// The open incident behind a detection, as its sender reports it.
package struct MatchedAlert: Hashable, Sendable, Codable {
  /// Tells it apart from every other incident.
  package var incident: String
  /// The configured name of the system that reports it.
  package var sender: String
  /// The alert's or rule's name there.
  package var name: String
  package var title: String
  /// Nil where the sender names none that is known.
  package var severity: SigmaLevel?
  /// The configured names of all who report something about the subject now, sorted.
  package var senders: [String]

  package init(
    incident: String, sender: String, name: String, title: String, severity: SigmaLevel?,
    senders: [String]
  ) {
    self.incident = incident
    self.sender = sender
    self.name = name
    self.title = title
    self.severity = severity
    self.senders = senders
  }
}
