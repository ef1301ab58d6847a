package import YAMLNodes

/// The compiled correlations of a rule set, each after those it counts.
package struct CorrelationPlan: Hashable, Sendable {
  package let correlations: [CompiledCorrelation]
  /// What any of them groups by or takes values from.
  package let fields: [CorrelationField]
  /// Numbers of the rules that only correlations hear of: none of these generates them.
  package let hiddenRules: Set<Int>
  /// For each rule that a correlation names, where its matches go.
  let triggers: [Int: [Trigger]]

  struct Trigger: Hashable, Sendable {
    var correlation: Int
    var slot: Int
  }

  /// Resolves what the correlations name among themselves and `rules`, whose positions are their
  /// numbers.
  package init(
    _ correlations: [SigmaCorrelation], rules: [SigmaRule]
  ) throws(Diagnostics) {
    var resolver = CorrelationResolver(correlations, rules)
    self.correlations = resolver.compile()
    guard resolver.mistakes.isEmpty else { throw Diagnostics(resolver.mistakes) }
    fields = resolver.fields
    var triggers: [Int: [Trigger]] = [:]
    for (position, correlation) in self.correlations.enumerated() {
      for (slot, source) in correlation.slots.map(\.source).enumerated() {
        guard case .rule(let rule) = source else { continue }
        triggers[rule, default: []].append(Trigger(correlation: position, slot: slot))
      }
    }
    self.triggers = triggers
    hiddenRules = Set(triggers.keys).subtracting(resolver.generatedRules)
  }
}
