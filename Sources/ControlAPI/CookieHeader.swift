/// What browsers send of cookies (RFC 6265, section 4.2.1).
enum CookieHeader {
  /// Every value under that name, in the order in which they are sent.
  static func values(named name: String, in headers: [String]) -> [String] {
    headers.flatMap { header in
      header.split(separator: ";").compactMap { pair in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == name else { return nil }
        return String(parts[1])
      }
    }
  }
}
