/// The fields of a form (`application/x-www-form-urlencoded`), each of which may be there once.
struct FormBody: Hashable, Sendable {
  private var fields: [String: String] = [:]

  /// Nil for what no browser sends: broken escapes, bytes that are no text, a name twice.
  init?(_ bytes: some Collection<UInt8>) {
    for pair in bytes.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard fields.count < Self.maximumFields, let name = Self.decoded(parts[0]),
        let value = Self.decoded(parts.count == 2 ? parts[1] : pair.suffix(0)),
        fields.updateValue(value, forKey: name) == nil
      else { return nil }
    }
  }

  subscript(_ name: String) -> String? { fields[name] }

  private static func decoded(_ text: some Collection<UInt8>) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let high = digit(rest.removeFirst()),
          let low = digit(rest.removeFirst())
        else { return nil }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  private static let maximumFields = 32
}
