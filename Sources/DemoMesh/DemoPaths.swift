internal import Foundation

/// Where the demonstration finds its programs.
package enum DemoPaths {
  /// Envoy: `$FLYBALL_ENVOY`, or the one `make setup` puts into `.venv`.
  package static func envoy(root: String) throws -> String {
    let path = ProcessInfo.processInfo.environment["FLYBALL_ENVOY"] ?? root + "/.venv/envoy"
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw DemoError("no Envoy at \(path): run 'make setup', or set FLYBALL_ENVOY")
    }
    return path
  }
}

package struct DemoError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
