extension IPPrefix {
  /// The address whose text stands in a message; nil for anything else. It allocates nothing.
  ///
  /// An IPv4 address inside IPv6 (`::ffff:a.b.c.d`) is that IPv4 address.
  package init?(addressIn bytes: borrowing RawSpan, _ range: Range<Int>) {
    guard range.count <= 45, bytes.byteOffsets.contains(range) || range.isEmpty else { return nil }
    if let bits = Self.ipv4(bytes, range) {
      self.init(family: .v4, bits: UInt128(bits) << 96, length: 32)
      return
    }
    guard let bits = Self.ipv6(bytes, range) else { return nil }
    // RFC 4291, 2.5.5.2: an IPv4 address inside IPv6.
    if bits >> 32 == 0xFFFF {
      self.init(family: .v4, bits: bits << 96, length: 32)
    } else {
      self.init(family: .v6, bits: bits, length: 128)
    }
  }

  private static func ipv4(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> UInt32? {
    var bits: UInt32 = 0
    var number: UInt32 = 0
    var digits = 0
    var parts = 0
    for position in range {
      let byte = byte(bytes, position)
      if byte == UInt8(ascii: ".") {
        guard digits > 0 else { return nil }
        bits = bits << 8 | number
        parts += 1
        (number, digits) = (0, 0)
      } else {
        // A leading zero would be octal to some.
        guard (0x30...0x39).contains(byte), digits == 0 || number > 0 else { return nil }
        number = number * 10 + UInt32(byte - 0x30)
        digits += 1
        guard number <= 255 else { return nil }
      }
    }
    return parts == 3 && digits > 0 ? bits << 8 | number : nil
  }

  private static func ipv6(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> UInt128? {
    let colon = UInt8(ascii: ":")
    // The groups before and behind the gap, each as they come.
    var groups: UInt128 = 0
    var count = 0
    var gap: Int?
    var position = range.lowerBound
    if range.count >= 2, byte(bytes, position) == colon, byte(bytes, position + 1) == colon {
      gap = 0
      position += 2
    }
    while position < range.upperBound {
      var end = position
      while end < range.upperBound, byte(bytes, end) != colon { end += 1 }
      if end == range.upperBound, let last = ipv4(bytes, position..<end) {
        groups = groups << 32 | UInt128(last)
        count += 2
        break
      }
      guard let group = hexadecimal(bytes, position..<end) else { return nil }
      groups = groups << 16 | UInt128(group)
      count += 1
      guard count <= 8 else { return nil }
      guard end < range.upperBound else { break }
      position = end + 1
      guard position < range.upperBound else { return nil }
      if byte(bytes, position) == colon {
        guard gap == nil else { return nil }
        gap = count
        position += 1
      }
    }
    guard let gap else { return count == 8 ? groups : nil }
    guard count < 8 else { return nil }
    let behind = UInt128((count - gap) * 16)
    let tail = groups & ((1 << behind) - 1)
    return (groups >> behind) << UInt128(128 - gap * 16) | tail
  }

  private static func hexadecimal(_ bytes: borrowing RawSpan, _ range: Range<Int>) -> UInt16? {
    guard (1...4).contains(range.count) else { return nil }
    var group: UInt16 = 0
    for position in range {
      let byte = byte(bytes, position)
      switch byte {
      case 0x30...0x39: group = group << 4 | UInt16(byte - 0x30)
      case 0x41...0x46, 0x61...0x66: group = group << 4 | UInt16((byte | 0x20) - 0x61 + 10)
      default: return nil
      }
    }
    return group
  }

  private static func byte(_ bytes: borrowing RawSpan, _ offset: Int) -> UInt8 {
    // The range was checked as a whole.
    bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }
}
