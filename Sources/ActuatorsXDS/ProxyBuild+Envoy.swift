internal import Actuators
internal import EnvoyAPI
internal import MeshModel

extension ProxyBuild {
  /// Nil when the node does not say its version.
  init?(_ node: Envoy_Config_Core_V3_Node) {
    guard node.userAgentBuildVersion.hasVersion else { return nil }
    let version = node.userAgentBuildVersion.version
    self.init(
      version: Version(version.majorNumber, version.minorNumber, version.patch),
      extensions: Set(
        node.extensions.lazy.filter { !$0.disabled && Self.needed.contains($0.name) }
          .map(\.name)))
  }

  /// A proxy names more than a thousand.
  private static let needed = Set(Filter.allCases.flatMap(\.neededExtensions))
}
