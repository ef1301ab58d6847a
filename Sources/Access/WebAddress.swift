/// An `https` or `http` address: scheme, host, port and path, in the one spelling that is accepted.
///
/// User names, queries, fragments and anything that would have to be decoded are refused: two
/// programs must never read one of these differently.
package struct WebAddress: Hashable, Sendable, CustomStringConvertible {
  package let isSecure: Bool
  /// Host, and port where one was given.
  package let authority: String
  /// Empty, or begins with `/`.
  package let path: String

  package init?(_ text: some StringProtocol) {
    guard text.utf8.count <= Self.maximumBytes else { return nil }
    let rest: Substring
    if text.hasPrefix("https://") {
      (isSecure, rest) = (true, Substring(text).dropFirst(8))
    } else if text.hasPrefix("http://") {
      (isSecure, rest) = (false, Substring(text).dropFirst(7))
    } else {
      return nil
    }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    authority = String(rest[..<slash])
    path = String(rest[slash...])
    guard Self.isAuthority(authority), path.utf8.allSatisfy(Self.isPathByte),
      !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
    else { return nil }
  }

  package var origin: String { (isSecure ? "https://" : "http://") + authority }
  package var description: String { origin + path }

  package var host: Substring {
    authority.split(separator: ":", omittingEmptySubsequences: false)[0]
  }

  package var isLoopback: Bool {
    host == "localhost" || (host.hasPrefix("127.") && host.utf8.allSatisfy { $0 < 0x3A })
  }

  /// A host name or IPv4 address in lower case, and a port or none.
  package static func isAuthority(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, parts.count <= 2, (1...253).contains(host.utf8.count),
      host.utf8.allSatisfy({
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
      })
    else { return false }
    guard parts.count == 2 else { return true }
    return parts[1].utf8.count <= 5 && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
      && (1...65_535).contains(Int(parts[1]) ?? 0)
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: true
    default: false
    }
  }

  private static let maximumBytes = 1_024
}
