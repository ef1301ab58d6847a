package import MeshModel

/// Which workload stands behind a cluster or host name in a caller's log.
package struct ServiceMap: Hashable, Sendable {
  private let workloads: [String: SPIFFEID]

  package init(_ workloads: [String: SPIFFEID]) {
    self.workloads = workloads
  }

  package func destination(_ name: String) -> Destination {
    if let workload = workloads[name] { return .workload(workload) }
    return .unresolved(String(cutting: name, toBytes: Self.maximumNameBytes))
  }

  private static let maximumNameBytes = 255
}
