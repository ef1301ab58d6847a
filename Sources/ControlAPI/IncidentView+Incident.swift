internal import ControlViews
internal import MeshModel
internal import Signals

extension IncidentView {
  init(_ incident: Incident) {
    self.init(
      id: incident.id.description, opened: incident.id.opened.rfc3339,
      sender: incident.key.sender, name: incident.name, title: incident.title,
      severity: incident.severity?.rawValue,
      subject: incident.key.subject.subject?.description,
      about: incident.key.subject.description, firing: incident.count, labels: incident.labels,
      links: incident.links)
  }
}
