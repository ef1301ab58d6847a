internal import MeshModel

/// What an export's resource says of the proxy that its records come from; none of it is proved.
package struct LogResource: Hashable, Sendable {
  package internal(set) var logName = ""
  /// Tells replicas of one workload apart.
  package internal(set) var node = ""
  /// The identity that the resource gives itself; empty when it gives none.
  package internal(set) var claim = ""
  var namespace = ""
  /// It was cut, so something that matters may be missing.
  var hasTooMany = false

  /// Whether it may be `sender` that the records speak of.
  func mayBe(_ sender: SPIFFEID) -> Bool {
    (claim.isEmpty || claim == sender.description)
      && (namespace.isEmpty || sender.namespace == nil || namespace == sender.namespace)
  }

  mutating func set(_ key: String, _ text: String) {
    switch key {
    case "log_name": logName = text
    case "node_name": node = text
    // Envoy's own name for its replica comes first.
    case "service.instance.id" where node.isEmpty: node = text
    case "flyball.principal": claim = text
    // The convention of Envoy's access logs without certificates: a cluster that is an identity.
    case "cluster_name" where claim.isEmpty && text.hasPrefix("spiffe://"): claim = text
    case "k8s.namespace.name": namespace = text
    default: break
    }
  }
}
