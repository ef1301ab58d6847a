/// The id of an action, `fb-` and 12 lower-case hexadecimal digits; also its name inside Envoy.
///
/// Only `[a-z0-9-]` is used, because Envoy changes other characters in response code details.
package struct ActionID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  /// 48 bits.
  private let number: UInt64

  package init(number: UInt64) {
    self.number = number & 0xFFFF_FFFF_FFFF
  }

  package init?(parsing text: some StringProtocol) {
    let digits = text.utf8.dropFirst(3)
    guard text.hasPrefix(Self.prefix), digits.count == 12,
      digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      let number = UInt64(text.dropFirst(3), radix: 16)
    else { return nil }
    self.number = number
  }

  /// The same of bytes, without making a text of them: this is asked of every request that an action
  /// concerned. Traps when the range is not within the bytes.
  package init?(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    guard range.count == 15 else { return nil }
    var number: UInt64 = 0
    for offset in 0..<15 {
      let byte = bytes.unsafeLoad(fromByteOffset: range.lowerBound + offset, as: UInt8.self)
      switch (offset, byte) {
      case (0, 0x66), (1, 0x62), (2, 0x2D): break
      case (3..., 0x30...0x39): number = number << 4 | UInt64(byte - 0x30)
      case (3..., 0x61...0x66): number = number << 4 | UInt64(byte - 0x57)
      default: return nil
      }
    }
    self.number = number
  }

  /// Another id that follows from this one, the same in every process.
  package func sibling(_ position: UInt64) -> ActionID {
    var hash = StableHash(description)
    hash.combine(position)
    return ActionID(number: hash.value)
  }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = ActionID(parsing: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not an action id: \(text)"))
    }
    self = id
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  package var description: String {
    let hex = String(number, radix: 16)
    return Self.prefix + String(repeating: "0", count: 12 - hex.count) + hex
  }

  package static func < (left: ActionID, right: ActionID) -> Bool {
    left.number < right.number
  }

  private static let prefix = "fb-"
}
