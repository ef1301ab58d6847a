/// The build of a proxy, by its own word when it attaches.
///
/// It decides only what is not asked of the proxy: a proxy that lies here still has to accept, and
/// to show its effect.
package struct ProxyBuild: Hashable, Sendable {
  package struct Version: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var major: UInt32
    package var minor: UInt32
    package var patch: UInt32

    package init(_ major: UInt32, _ minor: UInt32, _ patch: UInt32 = 0) {
      self.major = major
      self.minor = minor
      self.patch = patch
    }

    package var description: String { "\(major).\(minor).\(patch)" }

    package static func < (left: Version, right: Version) -> Bool {
      (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
  }

  package var version: Version
  /// Those of `Filter.neededExtensions` that are compiled in and not disabled.
  package var extensions: Set<String>

  package init(version: Version, extensions: Set<String>) {
    self.version = version
    self.extensions = extensions
  }
}
