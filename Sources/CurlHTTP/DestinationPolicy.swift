package import MeshModel

/// Which addresses a client connects to, whatever names, name servers and redirects say.
package enum DestinationPolicy: Hashable, Sendable {
  /// For addresses that are the configuration's own, as those of proxies.
  case any
  /// For addresses that an operator gives: all but those of a link and a cloud's metadata, which no
  /// service has that is meant.
  case configured
  /// For addresses that users or other servers give: none that is private, of this machine or its
  /// link, or serves a cloud's metadata, unless it lies in one of these blocks.
  case publicOnly(allowing: [IPPrefix])

  /// Tunnels that lead to addresses of IPv4, and a cloud's metadata at a public address.
  private static let alsoReserved: [IPPrefix] = [
    "2002::/16", "2001::/32", "168.63.129.16/32",
  ].compactMap { IPPrefix($0) }

  /// Links, and where clouds serve metadata beside them.
  private static let unintended: [IPPrefix] = [
    "169.254.0.0/16", "fe80::/10", "168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128",
    "fd20:ce::254/128",
  ].compactMap { IPPrefix($0) }

  /// An address of IPv6 with one of IPv4 in it is allowed only where both are: whatever translates it
  /// leads to the latter. `isOwn` tells of addresses that look public and are this machine's.
  package func allows(_ address: IPPrefix, isOwn: (IPPrefix) -> Bool) -> Bool {
    let meant = (address.isOnlyIPv4 ? [] : [address]) + address.embedded
    switch self {
    case .any: return true
    case .configured:
      return !meant.contains { meant in Self.unintended.contains { $0.contains(meant) } }
    case .publicOnly(let exceptions):
      // Of an address that meant none, nothing would be judged.
      return !meant.isEmpty
        && meant.allSatisfy { meant in
          let isReserved = (IPPrefix.reserved + Self.alsoReserved).contains { $0.contains(meant) }
          return exceptions.contains { $0.contains(meant) } || !isReserved && !isOwn(meant)
        }
    }
  }
}
