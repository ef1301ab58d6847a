package import Actuators
package import MeshModel

/// A proxy as the decision core knows it.
package struct ProxyStanding: Hashable, Sendable {
  /// The control plane's last word; nil when the proxy never attached.
  package var report: ProxyReport?
  /// Whether an access log stream is open.
  package var isReporting = false
  package var isGateway = false
  /// When it was last attached or reporting; nil while it is.
  package var vanishedAt: Timestamp?

  package var isAttached: Bool { report?.isAttached ?? false }
  var isPresent: Bool { isAttached || isReporting }
}
