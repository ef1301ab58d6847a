package import MeshModel

/// Which addresses a client connects to, whatever names, name servers and redirects say.
package enum DestinationPolicy: Hashable, Sendable {
  /// For addresses that are the configuration's own, as those of proxies.
  case any
  /// For addresses that users or other servers give: none that is private, of this machine or its
  /// link, or serves a cloud's metadata, unless it lies in one of these blocks.
  case publicOnly(allowing: [IPPrefix])

  /// Tunnels that lead to addresses of IPv4, and a cloud's metadata at a public address.
  private static let alsoReserved: [IPPrefix] = [
    "2002::/16", "2001::/32", "168.63.129.16/32",
  ].compactMap { IPPrefix($0) }

  /// `isOwn` tells of addresses that look public and are this machine's.
  package func allows(_ address: IPPrefix, isOwn: () -> Bool) -> Bool {
    guard case .publicOnly(let allowed) = self else { return true }
    if allowed.contains(where: { $0.contains(address) }) { return true }
    let isReserved = (IPPrefix.reserved + Self.alsoReserved).contains { $0.contains(address) }
    return !isReserved && !isOwn()
  }
}
