extension RuleMatcher {
  /// What each item of a rule of the index says of a request: for whoever is told of a match.
  package func explain(_ rule: CompiledRule, _ texts: RequestTexts) -> [ItemResult] {
    rule.explain(texts) { self.matches($0, $1) }
  }

  /// The same answer as `match` gives for this rule, found item by item.
  package func evaluate(_ rule: CompiledRule, _ texts: RequestTexts) -> Bool {
    rule.evaluate(texts) { self.matches($0, $1) }
  }
}
