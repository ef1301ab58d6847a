package import MeshModel

/// Which workload stands behind a cluster or host name in a caller's log.
package struct ServiceMap: Hashable, Sendable {
  private let workloads: [String: SPIFFEID]

  package init(_ workloads: [String: SPIFFEID]) {
    self.workloads = workloads
  }

  /// The cluster decides; a local reply has none, so then the authority without its port does.
  package func destination(cluster: String, authority: String) -> Destination {
    let host = authority.split(separator: ":", maxSplits: 1).first.map(String.init) ?? ""
    let name = cluster.isEmpty ? host : cluster
    if let workload = workloads[name] { return .workload(workload) }
    return .unresolved(String(cutting: name, toBytes: Self.maximumNameBytes))
  }

  private static let maximumNameBytes = 255
}
