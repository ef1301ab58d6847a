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

    /// What it takes in an index.
    var textBytes: Int {
      switch self {
      case .range(let range): range.family == .v4 ? 5 : 17
      case .domain(let name, _): name.text.utf8.count
      case .url(let url): url.authority.utf8.count + url.path.utf8.count
      case .userAgent(let agent): min(agent.utf8.count, ThreatLimits.agentBytes)
      case .fingerprint(let fingerprint): fingerprint.description.utf8.count
      }
    }

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
