internal import MeshModel

extension RuleItem {
  package func evaluate(
    _ texts: RequestTexts, expressions: CompiledRule.ExpressionMatch
  ) -> Bool {
    let text = texts.text(of: field)
    switch operation {
    case .exists(let exists): return text.isEmpty != exists
    case .text(let patterns):
      return patterns.contains { pattern in
        switch pattern {
        case .wildcard(let wildcard): wildcard.matches(text)
        case .regex(let expression): !text.isEmpty && expressions(expression, text)
        }
      }
    case .number(let comparison, let value):
      guard let number = texts.number(of: field) else { return false }
      return comparison.holds(Double(number), value)
    case .network(let prefixes):
      // A block is no address, though it reads like one.
      guard !text.contains(UInt8(ascii: "/")),
        let address = IPPrefix(String(decoding: text, as: UTF8.self))
      else { return false }
      return prefixes.contains { $0.contains(address) }
    case .field(let other, let position, let isCased):
      let wanted = texts.text(of: other)
      guard !text.isEmpty, !wanted.isEmpty else { return false }
      return isCased
        ? position.holds(Array(wanted), in: Array(text))
        : position.holds(wanted.map(\.foldedASCII), in: text.map(\.foldedASCII))
    }
  }
}

extension RuleItem.Comparison {
  package func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .equal: left == right
    }
  }
}

extension RuleItem.Position {
  /// Linear in both texts, for both are the client's.
  fileprivate func holds(_ wanted: [UInt8], in text: [UInt8]) -> Bool {
    guard wanted.count <= text.count else { return false }
    return switch self {
    case .whole: wanted == text
    case .start: text.starts(with: wanted)
    case .end: text[(text.count - wanted.count)...].elementsEqual(wanted)
    case .anywhere: Self.occurs(wanted, in: text)
    }
  }

  /// Source: Knuth, Morris and Pratt, "Fast pattern matching in strings" (1977).
  private static func occurs(_ wanted: [UInt8], in text: [UInt8]) -> Bool {
    var borders = [0]
    for position in 1..<max(1, wanted.count) {
      var length = borders[position - 1]
      while length > 0, wanted[length] != wanted[position] { length = borders[length - 1] }
      borders.append(wanted[length] == wanted[position] ? length + 1 : 0)
    }
    var length = 0
    for byte in text {
      while length > 0, wanted[length] != byte { length = borders[length - 1] }
      if wanted[length] == byte { length += 1 }
      if length == wanted.count { return true }
    }
    return false
  }
}
