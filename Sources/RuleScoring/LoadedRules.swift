package import Sigma
package import YAMLNodes

/// A rule set with its correlations, laid out to be matched: immutable, and shared by all who match.
package struct LoadedRules: Sendable {
  package let set: RuleSet
  package let correlations: CorrelationPlan
  let indexes: [LogSource: RuleIndex]
  /// The rules that each correlation counts, also through correlations below it.
  let counted: [[Int]]

  /// All files, or none.
  package init(
    _ files: [RuleFile], with compiler: some PatternCompiler
  ) throws(Diagnostics) {
    set = try RuleSet.compile(files)
    correlations = set.correlations
    var indexes: [LogSource: RuleIndex] = [:]
    var mistakes: [Diagnostic] = []
    for source in LogSource.allCases {
      let rules = set.numbers(for: source).map { (position: $0, rule: set.rules[$0]) }
      do throws(RuleIndexError) {
        indexes[source] = try RuleIndex(rules, with: compiler)
      } catch {
        mistakes.append(error.diagnostic)
      }
    }
    guard mistakes.isEmpty else { throw Diagnostics(mistakes) }
    self.indexes = indexes
    var counted: [[Int]] = []
    for correlation in correlations.correlations {
      counted.append(
        correlation.slots.flatMap { slot -> [Int] in
          switch slot.source {
          case .rule(let number): [number]
          // Each comes after those it counts.
          case .correlation(let below): counted[below]
          }
        })
    }
    self.counted = counted
  }

  /// Rules, then correlations: positions in the statistics.
  package var count: Int { set.rules.count + correlations.correlations.count }
}
