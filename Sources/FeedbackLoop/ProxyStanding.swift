package import Actuators
package import MeshModel

/// A proxy as the decision core knows it.
package struct ProxyStanding: Hashable, Sendable {
  /// The control plane's last word; nil when the proxy never attached.
  package var report: ProxyReport?
  /// Open access log streams.
  package var logStreams = 0
  /// Entries of its access log that it dropped, by its own count; nil when that is not known.
  package var dropped: UInt64?
  /// Until when what it dropped makes its silence worth nothing.
  package var lossyUntil: Timestamp?
  /// When it was last attached or reporting; nil while it is.
  package var vanishedAt: Timestamp?

  package var isAttached: Bool { report?.isAttached ?? false }
  package var isReporting: Bool { logStreams > 0 }
  var isPresent: Bool { isAttached || isReporting }
}
