/// What browsers send of cookies (RFC 6265, section 4.2.1).
enum CookieHeader {
  /// Every value under that name, in the order in which they are sent. Headers are split as bytes: as
  /// characters, what stands beside a `;` could take it in.
  static func values(named name: String, in headers: [String]) -> [String] {
    headers.flatMap { header in
      header.utf8.split(separator: UInt8(ascii: ";")).compactMap { pair in
        let parts = pair.split(
          separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2,
          parts[0].drop(while: { $0 == UInt8(ascii: " ") }).elementsEqual(name.utf8)
        else { return nil }
        return String(Substring(parts[1]))
      }
    }
  }
}
