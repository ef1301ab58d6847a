/// Whom a detection and an action are about.
package enum Subject: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  case workload(SPIFFEID)
  /// A client outside the mesh: the other end of a connection to this gateway, as the gateway's own
  /// socket saw it. No header can name it.
  case client(IPPrefix, at: SPIFFEID)

  /// A SPIFFE ID, or `<address> at <SPIFFE ID>`; the inverse of `description`.
  package init(parsing text: String) throws(SPIFFEIDError) {
    guard let at = text.firstRange(of: Self.at) else {
      self = .workload(try SPIFFEID(parsing: text))
      return
    }
    guard let address = IPPrefix(text[..<at.lowerBound]) else { throw .notSPIFFE }
    self = .client(address, at: try SPIFFEID(parsing: String(text[at.upperBound...])))
  }

  package init(from decoder: any Decoder) throws {
    self = try Subject(parsing: decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  package var description: String {
    switch self {
    case .workload(let identity): identity.description
    case .client(let address, let gateway): "\(address)\(Self.at)\(gateway)"
    }
  }

  /// The workload's name, or the client's address.
  package var name: String {
    switch self {
    case .workload(let identity): identity.name
    case .client(let address, _): address.description
    }
  }

  /// The workload itself, or the gateway that stands for its clients.
  package var principal: SPIFFEID {
    switch self {
    case .workload(let identity): identity
    case .client(_, let gateway): gateway
    }
  }

  package var isClient: Bool {
    switch self {
    case .workload: false
    case .client: true
    }
  }

  /// The same in every process.
  package var key: UInt64 { StableHash(description).value }

  private static let at = " at "
}
