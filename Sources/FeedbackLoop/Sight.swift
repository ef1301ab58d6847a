package import MeshModel

/// How much of an action's effect can be seen at all; a verdict that lacks behaviour says why by it.
package struct Sight: Hashable, Sendable {
  /// Proxies in scope whose access logs arrive without loss.
  package var reporting: Set<ProxyID>
  /// Proxies that can be probed.
  package var probed: Set<ProxyID>
  /// Whether answers to probes may still come.
  package var isWaiting: Bool

  package init(reporting: Set<ProxyID>, probed: Set<ProxyID>, isWaiting: Bool) {
    self.reporting = reporting
    self.probed = probed
    self.isWaiting = isWaiting
  }
}
