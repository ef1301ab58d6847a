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
      return WildcardPattern(position.around(.literal(Array(wanted))), isCased: isCased)
        .matches(text)
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
  fileprivate func around(_ piece: WildcardPattern.Piece) -> [WildcardPattern.Piece] {
    switch self {
    case .whole: [piece]
    case .start: [piece, .anyText]
    case .end: [.anyText, piece]
    case .anywhere: [.anyText, piece, .anyText]
    }
  }
}
