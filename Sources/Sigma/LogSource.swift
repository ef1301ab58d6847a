/// Which requests a rule is about.
package enum LogSource: String, Hashable, Sendable, CaseIterable {
  /// Requests that reached a listener: of a service, or of an ingress gateway.
  case webserver
  /// Requests that a workload sent: its outbound listener, or an egress gateway.
  case proxy

  /// How the message about a rule for any other source begins.
  package static let notForThisMesh = "not for this mesh"
}
