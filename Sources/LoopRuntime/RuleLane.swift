package import MeshModel
package import RuleScoring
package import Sigma

/// A mailbox around the run of the rules. All rules run in one place, in the order of the batches, so
/// that correlations over many callers are exact.
package actor RuleLane {
  private var scorer: RuleScorer?
  private var watch = Watch()
  private let gateways: Set<SPIFFEID>

  /// Nil rules find nothing.
  package init(_ rules: LoadedRules?, gateways: Set<SPIFFEID>) throws(PatternError) {
    self.gateways = gateways
    scorer = nil
    if let rules { scorer = try RuleScorer(rules, gateways: gateways) }
  }

  /// Takes other rules; what was matched and counted is forgotten.
  package func replace(_ rules: LoadedRules) throws(PatternError) {
    let next = try RuleScorer(rules, gateways: gateways)
    next.watch(watch)
    scorer = next
  }

  /// One finding for each batch; none without rules.
  func score(_ batches: [ObservationBatch]) -> [Findings] {
    guard let scorer else { return [] }
    // The self-test's offender is the guards' to find, and no event of anybody's rule.
    return batches.map {
      $0.reporter.principal.isReserved ? Findings(detections: []) : scorer.findings(in: $0)
    }
  }

  func watch(_ watch: Watch) {
    self.watch = watch
    scorer?.watch(watch)
  }

  func spend(_ subject: Subject, before instant: Timestamp) {
    scorer?.spend(subject, before: instant)
  }

  func scores(of subjects: Set<Subject>, at now: Timestamp) -> [Subject: Double] {
    guard let scorer else { return [:] }
    return Dictionary(uniqueKeysWithValues: subjects.map { ($0, scorer.score(of: $0, at: now)) })
  }

  /// The rules in force and what became of each; nil without any.
  package var state: (rules: LoadedRules, statistics: [RuleStatistics])? {
    scorer.map { ($0.rules, $0.statistics) }
  }

  /// Events that correlations took and forgot.
  package var correlationLedger: CorrelationLedger? { scorer?.correlationLedger }
}
