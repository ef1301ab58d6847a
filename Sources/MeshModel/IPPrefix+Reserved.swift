extension IPPrefix {
  /// Blocks that are private, of this machine, of a link, of a group, or of nobody.
  ///
  /// Source: IANA's registries of special-purpose addresses. The blocks for documentation are not
  /// among them: nobody is harmed, and demonstrations use them. `::/8` holds the loopback and all
  /// ways to write IPv4 inside IPv6.
  package static let reserved: [IPPrefix] = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "::/8",
    "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
  ].compactMap { IPPrefix($0) }
}
