/// A cluster of the proxies' own configuration, by name.
///
/// Only letters, digits and `._|-` are taken: enough for the names that control planes make up, and
/// nothing that means anything in a script, a header or a log.
package struct ClusterName: Hashable, Sendable, Codable, CustomStringConvertible {
  package let description: String

  package init?(parsing text: some StringProtocol) {
    guard (1...Self.maximumBytes).contains(text.utf8.count), text.utf8.allSatisfy(Self.isTaken)
    else { return nil }
    description = String(text)
  }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let name = ClusterName(parsing: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a cluster name: \(text)"))
    }
    self = name
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  private static let maximumBytes = 255

  private static func isTaken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7C: true
    default: false
    }
  }
}
