internal import YAMLNodes

/// A configuration together with where in its file each part stands.
package struct ConfigurationFile: Sendable {
  package enum Field: Hashable, Sendable {
    case history
    case socket
    case proxies
    case otlp
    case admin
    case api
    case signals
    case tokens
    case never
    /// One of the three files of a listener's `tls`.
    case certificate(of: Listener)
    case key(of: Listener)
    case clientRoots(of: Listener)
  }

  package enum Listener: String, Hashable, Sendable, CaseIterable {
    case proxies
    case otlp
    case api
    case signals
  }

  package let configuration: Configuration
  package let file: String
  let places: [Field: Place]

  struct Place: Hashable, Sendable {
    var line: Int
    var column: Int
  }

  func diagnostic(_ field: Field, _ message: String) -> Diagnostic {
    let place = places[field]
    return Diagnostic(
      file: file, line: place?.line ?? 0, column: place?.column ?? 0, message: message)
  }
}
