package import MeshModel

/// Which proxies report by exports. An export opens no stream, so a proxy counts as reporting until
/// it has been silent for a while.
package struct ExportingProxies: Sendable {
  private var lastExport: [SPIFFEID: [String: Timestamp]] = [:]

  package init() {}

  /// True when the proxy did not count as reporting. Replicas past the bound never do.
  package mutating func note(_ proxy: ProxyID, at now: Timestamp) -> Bool {
    let known = lastExport[proxy.principal]?[proxy.node]
    guard known != nil || (lastExport[proxy.principal]?.count ?? 0) < Self.maximumReplicas else {
      return false
    }
    lastExport[proxy.principal, default: [:]][proxy.node] = max(known ?? now, now)
    return known == nil
  }

  /// Takes out those that have been silent, in order.
  package mutating func takeSilent(at now: Timestamp) -> [ProxyID] {
    var silent: [ProxyID] = []
    for (principal, replicas) in lastExport {
      for (node, last) in replicas
      where now >= last.adding(milliseconds: Self.silenceMilliseconds) {
        lastExport[principal]?[node] = nil
        silent.append(ProxyID(principal: principal, node: node))
      }
      if lastExport[principal]?.isEmpty == true { lastExport[principal] = nil }
    }
    return silent.sorted()
  }

  /// Of one workload: the node's name is not proved, so one certificate could give itself any number.
  private static let maximumReplicas = 1_024
  /// Health checks alone make a record each few seconds.
  private static let silenceMilliseconds: Int64 = 60_000
}
