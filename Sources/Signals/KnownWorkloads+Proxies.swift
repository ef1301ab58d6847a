package import MeshModel

extension KnownWorkloads {
  /// The workloads that proxies have certificates of, and those that are configured.
  ///
  /// A proxy gives its node id itself, so a pod is one of the proxy's own namespace only: whoever lies
  /// about it draws alerts upon itself, or makes them ambiguous. Istio's ids are understood, and else
  /// the whole id is the pod's name.
  package init(proxies: some Sequence<ProxyID>, configured: Set<SPIFFEID>) {
    var identities = configured
    var pods: [Name: Set<SPIFFEID>] = [:]
    for proxy in proxies where !proxy.principal.isReserved {
      identities.insert(proxy.principal)
      guard let namespace = proxy.principal.namespace,
        let pod = Self.pod(ofNode: proxy.node, in: namespace)
      else { continue }
      pods[Name(namespace: namespace, name: pod), default: []].insert(proxy.principal)
    }
    self.init(identities: identities, pods: pods)
  }

  /// Of `sidecar~10.1.2.3~pod.namespace~domain` the pod, if the namespace is this one.
  private static func pod(ofNode node: String, in namespace: String) -> String? {
    let parts = node.split(separator: "~", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return node.isEmpty ? nil : node }
    guard parts.count == 4, parts[2].hasSuffix(".\(namespace)") else { return nil }
    let pod = parts[2].dropLast(namespace.utf8.count + 1)
    return pod.isEmpty ? nil : String(pod)
  }
}
