package import MeshModel

extension EndedAlert {
  package init(_ incident: IncidentID) {
    self.init(incident: incident.description, sender: incident.first.sender)
  }
}
