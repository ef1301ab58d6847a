/// Base 64 with padding (RFC 4648, section 4), where each content has one text only.
package enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  package static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      bits <<= UInt32(8 * (3 - group.count))
      for position in 0..<4 {
        let digit = Int(bits >> UInt32(18 - 6 * position) & 63)
        text.append(position <= group.count ? alphabet[digit] : padding)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil for anything that `text` does not write.
  package static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var (bits, digits, padded) = (UInt32(0), 0, 0)
    for character in text {
      if character == padding {
        padded += 1
        bits <<= 6
      } else {
        guard padded == 0, let digit = digit(character) else { return nil }
        bits = bits << 6 | digit
      }
      digits += 1
      guard digits == 4 else { continue }
      guard padded <= 2, bits & (1 << UInt32(8 * padded) - 1) == 0 else { return nil }
      for position in 0..<(3 - padded) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * position)))
      }
      // Padding ends it: what follows would be one more digit after padding.
      (bits, digits) = (0, 0)
    }
    return bytes
  }

  private static func digit(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a") + 26)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0") + 52)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
