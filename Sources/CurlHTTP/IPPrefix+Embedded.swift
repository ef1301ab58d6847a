internal import MeshModel

extension IPPrefix {
  /// The addresses of IPv4 that an address of IPv6 may lead to.
  ///
  /// Source: RFC 4291, 2.5.5 (compatible and mapped), RFC 3056 (6to4), RFC 4380 (Teredo: its server,
  /// and its client with all bits turned), RFC 6052 and RFC 8215 (NAT64).
  var embedded: [IPPrefix] {
    guard family == .v6 else { return [] }
    let last = UInt32(truncatingIfNeeded: bits)
    let found: [UInt32]
    switch bits >> 96 {
    case 0 where bits >> 32 == 0xFFFF || bits >> 32 == 0: found = [last]
    case 0x0064_FF9B where bits >> 32 == 0x0064_FF9B << 64: found = [last]
    case 0x0064_FF9B where bits >> 80 == 0x0064_FF9B_0001: found = translated
    case 0x2001_0000: found = [UInt32(truncatingIfNeeded: bits >> 64), ~last]
    case let first where first >> 16 == 0x2002: found = [UInt32(truncatingIfNeeded: bits >> 80)]
    default: found = []
    }
    return found.map { IPPrefix(family: .v4, bits: UInt128($0) << 96, length: 32) }
  }

  /// Whether nothing but an address of IPv4 is meant, which then alone counts: it is mapped, or behind
  /// the prefix that every NAT64 has.
  var isOnlyIPv4: Bool {
    family == .v6 && (bits >> 32 == 0xFFFF || bits >> 32 == 0x0064_FF9B << 64)
  }

  /// Of the prefix for local use it is not known how long it is: the last 32 bits, or else those
  /// after a shorter prefix, with eight zero bits in their midst and nothing but zeros behind.
  private var translated: [UInt32] {
    let found = [48, 56, 64].compactMap { length -> UInt32? in
      let packed = (bits >> 64) << 56 | bits & ((1 << 56) - 1)
      let behind = UInt128(120 - length - 32)
      guard bits >> 56 & 0xFF == 0, packed & ((1 << behind) - 1) == 0 else { return nil }
      return UInt32(truncatingIfNeeded: packed >> behind)
    }
    return found.isEmpty ? [UInt32(truncatingIfNeeded: bits)] : found
  }
}
