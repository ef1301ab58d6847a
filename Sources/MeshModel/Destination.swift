/// Where a request went.
package enum Destination: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  case workload(SPIFFEID)
  /// A cluster or host name that the configuration maps to no workload.
  case unresolved(String)

  package var description: String {
    switch self {
    case .workload(let identity): identity.name
    case .unresolved(let name): name
    }
  }

  /// The same in every process.
  package var key: UInt64 {
    switch self {
    case .workload(let identity): identity.key
    case .unresolved(let name):
      // No SPIFFE ID begins with a question mark.
      StableHash("?" + name).value
    }
  }
}

extension SPIFFEID {
  /// The same in every process.
  package var key: UInt64 { StableHash(description).value }
}
