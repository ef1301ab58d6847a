package import MeshModel

/// A URL as a request shows it: the authority and the path with its query.
///
/// The scheme is left out, and the ports 80 and 443 with it: a sidecar sees plain HTTP where its
/// client meant HTTPS. Source: RFC 3986.
package struct RequestURL: Hashable, Sendable, CustomStringConvertible {
  package enum Host: Hashable, Sendable {
    case name(DomainName)
    case address(IPPrefix)
  }

  package let host: Host
  /// In lower case, with the port unless it is 80 or 443.
  package let authority: String
  /// With its query and without its fragment; at least `/`.
  package let path: String

  /// `http://` or `https://`, a host, a port perhaps, and the rest. Nil for anything else, and for
  /// what holds a user, a blank, a control character or bytes outside ASCII.
  package init?(_ given: some StringProtocol) {
    let text = Substring(given)
    guard text.utf8.count <= ThreatLimits.urlBytes + 8,
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
      ["http", "https"].contains(text[..<colon].lowercased()), text[colon...].hasPrefix("://")
    else { return nil }
    var rest = text[text.utf8.index(colon, offsetBy: 3)...]
    rest = rest[..<(rest.utf8.firstIndex(of: UInt8(ascii: "#")) ?? rest.endIndex)]
    let end =
      rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
    guard let (host, name, port) = Self.authority(rest[..<end]) else { return nil }
    self.host = host
    authority = port == nil || port == 80 || port == 443 ? name : "\(name):\(port ?? 0)"
    let path = String(rest[end...])
    self.path = path.hasPrefix("/") ? path : "/" + path
    guard authority.utf8.count + self.path.utf8.count <= ThreatLimits.urlBytes else { return nil }
  }

  /// What was a URL's `description` before.
  init(checked text: String) {
    let path = text.utf8.firstIndex(of: UInt8(ascii: "/")) ?? text.endIndex
    authority = String(text[..<path])
    self.path = String(text[path...])
    host =
      Self.authority(Substring(authority))?.0 ?? .name(DomainName(checked: authority))
  }

  package var description: String { authority + path }

  private static func authority(_ text: Substring) -> (Host, name: String, port: UInt16?)? {
    var name = text
    var port: UInt16?
    let afterAddress = text.utf8.lastIndex(of: UInt8(ascii: "]")) ?? text.startIndex
    if let colon = text[afterAddress...].utf8.lastIndex(of: UInt8(ascii: ":")) {
      let digits = text[text.utf8.index(after: colon)...]
      guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
      // RFC 3986, 3.2.3: a port may be empty.
      if !digits.isEmpty {
        guard let number = UInt16(digits) else { return nil }
        port = number
      }
      name = text[..<colon]
    }
    if name.hasPrefix("["), name.hasSuffix("]"), name.utf8.count > 2 {
      guard let address = IPPrefix(address: name.dropFirst().dropLast()) else { return nil }
      return (.address(address), "[\(address.address)]", port)
    }
    if let address = IPPrefix(address: name) {
      return address.family == .v4 ? (.address(address), address.address, port) : nil
    }
    return DomainName(name).map { (.name($0), $0.text, port) }
  }
}
