package import MeshModel

extension Indicator {
  /// What is looked for in a request.
  package enum Value: Hashable, Sendable, CustomStringConvertible {
    /// An address, or a block of them.
    case range(IPPrefix)
    /// A host's name, and the names below it when `subdomains`.
    case domain(DomainName, subdomains: Bool)
    case url(RequestURL)
    /// The whole of the header, as it was sent.
    case userAgent(String)
    case fingerprint(TLSFingerprint)

    package var description: String {
      switch self {
      case .range(let prefix): prefix.description
      case .domain(let name, let subdomains): subdomains ? "*.\(name)" : name.description
      case .url(let url): url.description
      case .userAgent(let agent): agent
      case .fingerprint(let fingerprint): fingerprint.description
      }
    }
  }
}
