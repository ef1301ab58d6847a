extension CompiledRule {
  /// Whether an expression matches somewhere in a text; the engine is the caller's.
  package typealias ExpressionMatch = (RegexPattern, ArraySlice<UInt8>) -> Bool

  /// Whether the rule holds for a request: item by item, for what is faster to be measured against.
  package func evaluate(
    _ texts: RequestTexts, expressions: ExpressionMatch
  ) -> Bool {
    holds(condition, texts, expressions)
  }

  /// What each item says of a request, in their order.
  package func explain(
    _ texts: RequestTexts, expressions: ExpressionMatch
  ) -> [ItemResult] {
    items.indices.map { index in
      ItemResult(item: index, holds: items[index].evaluate(texts, expressions: expressions))
    }
  }

  private func holds(
    _ condition: RuleCondition, _ texts: RequestTexts, _ expressions: ExpressionMatch
  ) -> Bool {
    switch condition {
    case .item(let item): items[item].evaluate(texts, expressions: expressions)
    case .not(let inner): !holds(inner, texts, expressions)
    case .and(let operands): operands.allSatisfy { holds($0, texts, expressions) }
    case .or(let operands): operands.contains { holds($0, texts, expressions) }
    }
  }
}
