/// Open incidents that other systems report, the newest first.
package struct IncidentList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var incidents: [IncidentView]
  package var next: String?

  package init(incidents: [IncidentView], next: String?) {
    self.incidents = incidents
    self.next = next
  }
}
