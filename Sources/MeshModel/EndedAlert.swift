/// An incident of which something was resolved, and whose word it was.
package struct EndedAlert: Hashable, Sendable {
  package var incident: String
  package var sender: String

  package init(incident: String, sender: String) {
    self.incident = incident
    self.sender = sender
  }
}
