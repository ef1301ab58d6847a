internal import MeshModel

/// An `https` or `http` address: scheme, host, port and path, in the one spelling that is accepted;
/// where it may have one, a query, which is passed on as it is.
///
/// User names, fragments and anything that would have to be decoded are refused: two programs must
/// never read one of these differently.
package struct WebAddress: Hashable, Sendable, CustomStringConvertible {
  package let isSecure: Bool
  /// Host, and port where one was given.
  package let authority: String
  /// Empty, or begins with `/`.
  package let path: String
  /// Empty, or what follows `?`.
  package let query: String

  package init?(_ text: some StringProtocol, mayHaveQuery: Bool = false) {
    guard text.utf8.count <= Self.maximumBytes else { return nil }
    let rest: Substring
    if text.hasPrefix("https://") {
      (isSecure, rest) = (true, Substring(text).dropFirst(8))
    } else if text.hasPrefix("http://") {
      (isSecure, rest) = (false, Substring(text).dropFirst(7))
    } else {
      return nil
    }
    let mark = mayHaveQuery ? rest.firstIndex(of: "?") ?? rest.endIndex : rest.endIndex
    let place = rest[..<mark]
    let slash = place.firstIndex(of: "/") ?? mark
    authority = String(place[..<slash])
    path = String(place[slash...])
    query = String(rest[mark...].dropFirst())
    guard Self.isAuthority(authority), path.utf8.allSatisfy(Self.isPathByte),
      !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }),
      query.utf8.allSatisfy(Self.isQueryByte)
    else { return nil }
  }

  package var origin: String { (isSecure ? "https://" : "http://") + authority }
  package var description: String { url() }

  /// The address of something below this one, asked about more than its own query.
  package func url(_ below: String = "", query more: String = "") -> String {
    // A slash at the end is not doubled.
    let path = !below.isEmpty && path.hasSuffix("/") ? String(path.dropLast()) : path
    let queries = [query, more].filter { !$0.isEmpty }
    return origin + path + below
      + (queries.isEmpty ? "" : "?" + queries.joined(separator: "&"))
  }

  package var host: Substring { Self.parts(of: authority).host }

  package var isLoopback: Bool {
    host == "localhost" || host == "[::1]"
      || (host.hasPrefix("127.") && host.utf8.allSatisfy { $0 < 0x3A })
  }

  /// A host name or address in lower case, of IPv6 in brackets and as RFC 5952 writes it, and a port
  /// or none.
  package static func isAuthority(_ text: some StringProtocol) -> Bool {
    let (host, port) = parts(of: text)
    guard isHost(host) else { return false }
    guard let port else { return true }
    return port.utf8.count <= 5 && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
      && (1...65_535).contains(Int(port) ?? 0)
  }

  private static func parts(of authority: some StringProtocol) -> (
    host: Substring, port: Substring?
  ) {
    let text = Substring(authority)
    let end =
      text.hasPrefix("[")
      ? text.firstIndex(of: "]").map { text.index(after: $0) } ?? text.endIndex
      : text.firstIndex(of: ":") ?? text.endIndex
    let rest = text[end...]
    // What follows the brackets and is no port makes it no host.
    guard rest.isEmpty || rest.hasPrefix(":") else { return (text, nil) }
    return (text[..<end], rest.isEmpty ? nil : rest.dropFirst())
  }

  private static func isHost(_ host: Substring) -> Bool {
    if host.hasPrefix("["), host.hasSuffix("]") {
      let text = host.dropFirst().dropLast()
      // Mapped addresses of IPv4 have a spelling of their own.
      return IPPrefix(address: text).map { $0.family == .v6 && $0.address == text } ?? false
    }
    return (1...253).contains(host.utf8.count)
      && host.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
      }
  }

  /// RFC 3986, 3.4.
  private static func isQueryByte(_ byte: UInt8) -> Bool {
    isPathByte(byte) || "!$%&'()*+,;=:@?".utf8.contains(byte)
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: true
    default: false
    }
  }

  private static let maximumBytes = 1_024
}
