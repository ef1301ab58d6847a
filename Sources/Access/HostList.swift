/// The names by which the interface may be called. Another name means that somebody led a browser
/// here by a name of their own (DNS rebinding).
package struct HostList: Hashable, Sendable {
  package let names: [String]
  private let authorities: Set<String>

  /// A name without a port is good with `port` too, and a name is good however it is capitalised.
  package init(_ names: [String], port: Int) {
    self.names = names
    authorities = Set(
      names.flatMap { name in
        // Of an address of IPv6 the colons are within brackets.
        name.contains(":") && !name.hasSuffix("]") ? [name] : [name, "\(name):\(port)"]
      })
  }

  package func contains(_ authority: some StringProtocol) -> Bool {
    authority.utf8.count <= 260 && authorities.contains(authority.lowercased())
  }

  /// Whether an `Origin` header is of a page that this interface served.
  package func isOwnOrigin(_ origin: String, isSecure: Bool) -> Bool {
    guard let address = WebAddress(origin), address.path.isEmpty else { return false }
    return address.isSecure == isSecure && contains(address.authority)
  }
}
