/// What other systems report and nobody resolved: alerts of one sender about one workload, under one
/// name. Times are RFC 3339 in UTC.
package struct IncidentView: Codable, Equatable, Sendable {
  package var id: String
  package var opened: String
  package var sender: String
  /// The alert's name at its sender; empty of a flood, which holds what was beyond the bounds.
  package var name: String
  package var title: String
  /// Nil where the sender names none that is known.
  package var severity: String?
  /// The workload; nil where it is about none in the mesh, or about no single one.
  package var subject: String?
  /// Whom it is about, in words.
  package var about: String
  /// Signals that fire, or may.
  package var firing: Int
  /// Of its first signal, the first sixteen by name: what should lead to a workload.
  package var labels: [String: String]
  /// Of its first signal; of http and https only.
  package var links: [String]

  package init(
    id: String, opened: String, sender: String, name: String, title: String, severity: String?,
    subject: String?, about: String, firing: Int, labels: [String: String], links: [String]
  ) {
    self.id = id
    self.opened = opened
    self.sender = sender
    self.name = name
    self.title = title
    self.severity = severity
    self.subject = subject
    self.about = about
    self.firing = firing
    self.labels = labels
    self.links = links
  }
}

extension IncidentView {
  /// The labels in a line; empty of none.
  package var labelText: String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}
