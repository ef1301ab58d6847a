/// A correlation whose references, aliases and fields are resolved.
package struct CompiledCorrelation: Hashable, Sendable {
  package let correlation: SigmaCorrelation
  package let window: CorrelationWindow
  /// One for each of its rules, in their order.
  package let slots: [Slot]
  /// Whether its matches are reported, or only counted by correlations on top of it.
  package let isReported: Bool

  /// One of its rules, and where an event of that rule has what the correlation asks for.
  package struct Slot: Hashable, Sendable {
    package let source: Source
    package let title: String
    /// Positions in `CorrelationPlan.fields`.
    package let group: [Int]
    package let value: Int?
  }

  package enum Source: Hashable, Sendable {
    /// The number of a rule.
    case rule(Int)
    /// A position in `CorrelationPlan.correlations`.
    case correlation(Int)
  }
}
