/// More addresses than the blocks of one feed may take in together.
package enum FeedWidth: Hashable, Sendable, CustomStringConvertible {
  case ipv4(addresses: Int)
  /// Of 32 bits, or what makes up as many.
  case ipv6(blocks: Int)

  package var description: String {
    switch self {
    case .ipv4(let count):
      "its blocks take in \(count) addresses of IPv4, more than \(ThreatLimits.ipv4Addresses)"
    case .ipv6(let count):
      "its blocks take in \(count) blocks of /32 of IPv6, more than \(ThreatLimits.ipv6Blocks)"
    }
  }
}
