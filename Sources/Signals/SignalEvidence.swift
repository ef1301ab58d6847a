package import MeshModel

/// What an incident tells against a workload.
package struct SignalEvidence: Hashable, Sendable, Codable {
  package let incident: IncidentID
  package let subject: SPIFFEID
  package let title: String
  package let severity: SigmaLevel?
}
