/// A block of IPv4 or IPv6 addresses: those whose first `length` bits are the same.
///
/// Source: RFC 4632 (CIDR), RFC 4291 (IPv6), RFC 5952 (how IPv6 is written).
package struct IPPrefix: Hashable, Comparable, Sendable, CustomStringConvertible {
  package enum Family: Hashable, Comparable, Sendable {
    case v4
    case v6
  }

  package let family: Family
  /// The address's bits, IPv4 in the topmost 32; those past `length` are zero.
  package let bits: UInt128
  package let length: Int

  /// `length` is within the width of the family.
  package init(family: Family, bits: UInt128, length: Int) {
    self.family = family
    self.length = length
    self.bits = length == 0 ? 0 : bits & (UInt128.max << UInt128(128 - length))
  }

  /// An address, or `address/length`. Nil for anything else; an IPv4 address inside IPv6
  /// (`::ffff:a.b.c.d`) is that IPv4 address.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = parts.first,
      let address = Self(address: address)
    else { return nil }
    let width = address.length
    var length = width
    if parts.count == 2 {
      guard parts[1].count <= 3, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let given = Int(parts[1]), given <= width
      else { return nil }
      length = given
    }
    self.init(family: address.family, bits: address.bits, length: length)
  }

  /// One address, without a length.
  package init?(address text: some StringProtocol) {
    let bytes = Array(text.utf8)
    self.init(addressIn: bytes.span.bytes, bytes.indices)
  }

  /// What stands for one client: an IPv4 address, or the 64 bits of IPv6 that a site is given, in
  /// which it may take any address it likes.
  package init?(client text: some StringProtocol) {
    guard let address = Self(address: text) else { return nil }
    self.init(
      family: address.family, bits: address.bits, length: address.family == .v4 ? 32 : 64)
  }

  /// Whether it is no wider than what stands for one client.
  package var isOneClient: Bool { length >= (family == .v4 ? 32 : 64) }

  package func contains(_ other: IPPrefix) -> Bool {
    guard family == other.family, length <= other.length else { return false }
    return IPPrefix(family: family, bits: other.bits, length: length) == self
  }

  /// The first address of the block.
  package var address: String {
    switch family {
    case .v4:
      (0..<4).map { String(UInt8(truncatingIfNeeded: bits >> UInt128(120 - 8 * $0))) }
        .joined(separator: ".")
    case .v6:
      Self.text(groups: (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) })
    }
  }

  package var description: String {
    length == (family == .v4 ? 32 : 128) ? address : "\(address)/\(length)"
  }

  package static func < (left: IPPrefix, right: IPPrefix) -> Bool {
    (left.family, left.bits, left.length) < (right.family, right.bits, right.length)
  }

  /// RFC 5952: the first of the longest runs of two or more zero groups is left out.
  private static func text(groups: [UInt16]) -> String {
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start >= 2, end - start > best.count { best = start..<end }
      start = max(end, start + 1)
    }
    let left = groups[..<best.lowerBound].map { String($0, radix: 16) }.joined(separator: ":")
    guard !best.isEmpty else {
      return groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    let right = groups[best.upperBound...].map { String($0, radix: 16) }.joined(separator: ":")
    return left + "::" + right
  }
}
