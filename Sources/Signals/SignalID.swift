internal import Access
internal import Crypto

/// What makes two signals of one sender the same: a hash of what its format says tells them apart.
///
/// 128 bits, so that no two meet by accident, whatever the length of what senders use.
package struct SignalID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  package let description: String

  init(of parts: [String]) {
    var hash = SHA256()
    for part in parts {
      // The length keeps ("ab", "c") apart from ("a", "bc").
      hash.update(data: Array("\(part.utf8.count):\(part)".utf8))
    }
    description = Hexadecimal.text(hash.finalize().prefix(Self.byteCount))
  }

  package init?(parsing text: String) {
    guard Hexadecimal.bytes(text)?.count == Self.byteCount else { return nil }
    description = text
  }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = SignalID(parsing: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not the id of a signal"))
    }
    self = id
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  package static func < (left: SignalID, right: SignalID) -> Bool {
    left.description < right.description
  }

  private static let byteCount = 16
}
