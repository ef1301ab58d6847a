package import MeshModel
package import RuleScoring
package import Sigma
internal import Synchronization
package import ThreatIntelligence

/// A mailbox around the run of the rules and of indicators. All of them run in one place, in the order
/// of the batches, so that correlations over many callers are exact.
///
/// Who brings something does not wait: rules that are slow keep neither scoring nor the loop.
package actor RuleLane {
  private var scorer: RuleScorer?
  private var indicators: IndicatorScorer?
  private var watch = Watch()
  private let gateways: Set<SPIFFEID>
  private let secret: UInt64
  private let queue = Mutex(RuleQueue())
  /// Of the watched, as of the last time that was asked for.
  private let scored = Mutex<[Detector: [Subject: Double]]>([:])
  private let bell: AsyncStream<Void>
  private let ringBell: AsyncStream<Void>.Continuation

  /// Nil rules find nothing. The `secret` keeps outsiders from making values that correlations take
  /// for one.
  package init(
    _ rules: LoadedRules?, gateways: Set<SPIFFEID>, secret: UInt64
  ) throws(PatternError) {
    self.gateways = gateways
    self.secret = secret
    (bell, ringBell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    scorer = nil
    if let rules { scorer = try RuleScorer(rules, gateways: gateways, secret: secret) }
  }

  /// Takes other rules; what is known of rules that are the same stays.
  package func replace(_ rules: LoadedRules) throws(PatternError) {
    let next = try RuleScorer(rules, gateways: gateways, secret: secret)
    next.watch(watch)
    if let scorer { next.keep(from: scorer) }
    scorer = next
  }

  /// Takes another index; until there is one nothing is looked up.
  package func replace(_ index: IndicatorIndex) {
    if let indicators {
      indicators.index = index
    } else {
      let next = IndicatorScorer(index, gateways: gateways)
      next.watch(watch)
      indicators = next
    }
  }

  nonisolated func score(_ batches: [ObservationBatch]) {
    queue.withLock { $0.push(batches) }
    ringBell.yield()
  }

  nonisolated func watch(_ watch: Watch) {
    post { $0.watch = watch }
  }

  nonisolated func spend(_ subject: Subject, before instant: Timestamp) {
    post { $0.spent = [subject: instant] }
  }

  /// The watched subjects' scores as they were when this was last asked.
  nonisolated func scores(at now: Timestamp) -> [Detector: [Subject: Double]] {
    post { $0.scoredAt = now }
    return scored.withLock { $0 }
  }

  /// Requests that were held against no rule because too many waited.
  package nonisolated var shed: UInt64 { queue.withLock { $0.shed } }
  package nonisolated var isNearlyFull: Bool { queue.withLock { $0.isNearlyFull } }

  /// Works on what waits until `finish`; `report` gets one finding for each batch.
  func run(_ report: @Sendable ([Findings]) async -> Void) async {
    for await _ in bell {
      while let turn = queue.withLock({ $0.take() }) {
        let findings = take(turn)
        await report(findings)
      }
    }
  }

  nonisolated func finish() { ringBell.finish() }

  /// The rules in force and what became of each; nil without any.
  package var state: (rules: LoadedRules, statistics: [RuleStatistics])? {
    scorer.map { ($0.rules, $0.statistics) }
  }

  /// Requests that met an indicator.
  package var indicatorHits: UInt64 { indicators?.hits ?? 0 }

  /// What was forgotten, left out or went wrong.
  package var losses: RuleLosses? { scorer?.losses }

  private nonisolated func post(_ change: (inout RuleQueue.Orders) -> Void) {
    var orders = RuleQueue.Orders()
    change(&orders)
    queue.withLock { $0.push(orders) }
    ringBell.yield()
  }

  private func take(_ turn: RuleQueue.Turn) -> [Findings] {
    if let watch = turn.orders.watch {
      self.watch = watch
      scorer?.watch(watch)
      indicators?.watch(watch)
    }
    for (subject, instant) in turn.orders.spent {
      scorer?.spend(subject, before: instant)
      indicators?.spend(subject, before: instant)
    }
    if let instant = turn.orders.scoredAt { measure(at: instant) }
    guard scorer != nil || indicators != nil else { return [] }
    // The self-test's offender is the guards' to find, and no event of anybody's rule.
    return turn.batches.map {
      $0.reporter.principal.isReserved ? Findings(detections: []) : findings(in: $0)
    }
  }

  private func findings(in batch: ObservationBatch) -> Findings {
    var findings = scorer?.findings(in: batch) ?? Findings(detections: [])
    if let indicators { findings.detections += indicators.findings(in: batch) }
    return findings
  }

  private func measure(at instant: Timestamp) {
    var scores: [Detector: [Subject: Double]] = [:]
    for subject in watch.followed {
      if let scorer {
        scores[.rule, default: [:]][subject] = scorer.score(of: subject, at: instant)
      }
      if let indicators {
        scores[.indicator, default: [:]][subject] = indicators.score(of: subject, at: instant)
      }
    }
    scored.withLock { $0 = scores }
  }
}
