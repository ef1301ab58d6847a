/// Compiled rules that are swapped as a whole.
package struct RuleSet: Sendable {
  /// In the order of their files; a rule's position here is its number.
  package let rules: [CompiledRule]
  package let correlations: CorrelationPlan

  /// The numbers of the rules about these requests, in order.
  package func numbers(for source: LogSource) -> [Int] {
    rules.indices.filter { rules[$0].rule.logSource == source }
  }
}
