/// A rule whose modifiers, wildcards and quantified conditions are worked out.
package struct CompiledRule: Hashable, Sendable {
  package let rule: SigmaRule
  package let items: [RuleItem]
  package let condition: RuleCondition
}
