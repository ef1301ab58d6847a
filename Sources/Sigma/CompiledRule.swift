/// A rule whose modifiers, wildcards and quantified conditions are worked out.
package struct CompiledRule: Hashable, Sendable {
  package let rule: SigmaRule
  package let items: [RuleItem]
  package let condition: RuleCondition

  package var patternCount: Int {
    items.reduce(0) { count, item in
      if case .text(let patterns) = item.operation { count + patterns.count } else { count }
    }
  }
}
