/// A place within a JSON value, such as `/data/labels/0` (RFC 6901). The empty text is the whole.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  package let description: String
  private let tokens: [String]

  /// Nil unless the text is empty or begins with `/`, has at most 16 parts, and `~` only as `~0` or
  /// `~1`.
  package init?(parsing text: String) {
    description = text
    guard !text.isEmpty else {
      tokens = []
      return
    }
    guard text.utf8.first == UInt8(ascii: "/"), text.utf8.count <= Self.maximumBytes else {
      return nil
    }
    var tokens: [String] = []
    for part in text.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    {
      guard tokens.count < Self.maximumTokens, let token = Self.token(part) else { return nil }
      tokens.append(token)
    }
    self.tokens = tokens
  }

  package func value(in node: JSONNode) -> JSONNode? {
    var node = node
    for token in tokens {
      switch node {
      case .object(let object):
        guard let member = object[token] else { return nil }
        node = member
      case .array(let nodes):
        guard token == "0" || token.utf8.first != UInt8(ascii: "0"),
          token.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let index = Int(token),
          index < nodes.count
        else { return nil }
        node = nodes[index]
      case .null, .boolean, .number, .string: return nil
      }
    }
    return node
  }

  private static func token(_ part: Substring.UTF8View.SubSequence) -> String? {
    var token: [UInt8] = []
    var isEscape = false
    for byte in part {
      switch (isEscape, byte) {
      case (true, UInt8(ascii: "0")): token.append(UInt8(ascii: "~"))
      case (true, UInt8(ascii: "1")): token.append(UInt8(ascii: "/"))
      case (true, _): return nil
      case (false, UInt8(ascii: "~")):
        isEscape = true
        continue
      case (false, _): token.append(byte)
      }
      isEscape = false
    }
    return isEscape ? nil : String(decoding: token, as: UTF8.self)
  }

  private static let maximumBytes = 512
  private static let maximumTokens = 16
}
