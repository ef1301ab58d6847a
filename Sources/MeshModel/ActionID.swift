/// The id of an action, `fb-` and 12 lower-case hexadecimal digits; also its name inside Envoy.
///
/// Only `[a-z0-9-]` is used, because Envoy changes other characters in response code details.
package struct ActionID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let description: String

  package init(number: UInt64) {
    let hex = String(number & 0xFFFF_FFFF_FFFF, radix: 16)
    description = Self.prefix + String(repeating: "0", count: 12 - hex.count) + hex
  }

  package init?(parsing text: some StringProtocol) {
    guard text.hasPrefix(Self.prefix), text.utf8.count == 15,
      text.utf8.dropFirst(3).allSatisfy({
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
      })
    else { return nil }
    description = String(text)
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

  package static func < (left: ActionID, right: ActionID) -> Bool {
    left.description < right.description
  }

  private static let prefix = "fb-"
}
