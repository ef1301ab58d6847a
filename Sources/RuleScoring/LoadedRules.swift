package import Sigma
package import YAMLNodes

/// A rule set with its correlations, laid out to be matched: immutable, and shared by all who match.
package struct LoadedRules: Sendable {
  package let ruleSet: RuleSet
  package let correlations: CorrelationPlan
  let indexes: [LogSource: RuleIndex]
  /// Whether each correlation, and all below it, counts the requests of one caller at a time.
  let isByCaller: [Bool]
  /// The rules that each correlation counts, also through correlations below it.
  let counted: [[Int]]

  /// All files, or none.
  package init(
    _ files: [RuleFile], with compiler: some PatternCompiler
  ) throws(Diagnostics) {
    ruleSet = try RuleSet.compile(files)
    correlations = ruleSet.correlations
    var indexes: [LogSource: RuleIndex] = [:]
    var mistakes: [Diagnostic] = []
    for source in LogSource.allCases {
      do throws(Diagnostics) {
        indexes[source] = try RuleIndex(ruleSet, source, with: compiler)
      } catch {
        mistakes += error.all
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
    var isByCaller: [Bool] = []
    for correlation in correlations.correlations {
      let fields = correlation.correlation.groupBy.compactMap { CorrelationField(named: $0.text) }
      isByCaller.append(
        (fields.contains(.caller) || fields.contains(.request(.clientAddress)))
          && correlation.slots.allSatisfy { slot in
            if case .correlation(let below) = slot.source { isByCaller[below] } else { true }
          })
    }
    self.isByCaller = isByCaller
  }

  /// Rules, then correlations: positions in the statistics.
  package var count: Int {
    ruleSet.rules.count + correlations.correlations.count
  }
}
