/// A host's name as it is compared: ASCII, in lower case, without the dot at its end.
///
/// Source: RFC 1035 (lengths), RFC 5890 (names in other scripts travel as `xn--`). An underscore is
/// taken, for names of services and of attackers hold it.
package struct DomainName: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  /// Nil for what is no name: an address, a label over 63 bytes, 253 bytes in all, other bytes.
  package init?(_ given: some StringProtocol) {
    var bytes = Array(given.utf8.prefix(255))
    guard given.utf8.count == bytes.count else { return nil }
    if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
    guard (1...253).contains(bytes.count) else { return nil }
    var label = 0
    var labelIsNumber = true
    for index in bytes.indices {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "."):
        guard label > 0, bytes[index - 1] != UInt8(ascii: "-") else { return nil }
        label = 0
        labelIsNumber = true
        continue
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        bytes[index] = byte | 0x20
        labelIsNumber = false
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"): labelIsNumber = false
      case UInt8(ascii: "-"):
        guard label > 0 else { return nil }
        labelIsNumber = false
      case UInt8(ascii: "0")...UInt8(ascii: "9"): break
      default: return nil
      }
      label += 1
      guard label <= 63 else { return nil }
    }
    // A last label of digits makes it an address, or what is mistaken for one.
    guard label > 0, bytes.last != UInt8(ascii: "-"), !labelIsNumber else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// What was a name's `text` before.
  init(checked text: String) {
    self.text = text
  }

  package var labelCount: Int { text.utf8.count { $0 == UInt8(ascii: ".") } + 1 }

  /// Whether it is `other` or below it.
  package func isWithin(_ other: DomainName) -> Bool {
    text == other.text || text.hasSuffix("." + other.text)
  }

  package var description: String { text }
}
