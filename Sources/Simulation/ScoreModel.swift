internal import FeedbackLoop
internal import MeshModel

/// A simple scorer: failures over successes within ten seconds, each side of the requests apart.
///
/// Like the real one it counts a request once a side, calls corroborated what both sides saw, and
/// leaves out what Flyball stopped. What the caller's side passes on of another proxy's refusals it
/// can leave out only for the subjects it is told something is in force against.
struct ScoreModel: Sendable {
  private struct Fact: Sendable {
    var entry: LogEntry
    var reporter: SPIFFEID
    var isFailure: Bool
  }

  private var facts: [SPIFFEID: [Fact]] = [:]
  private var lastReported: [SPIFFEID: (score: Double, corroborated: Double, at: Timestamp)] = [:]
  private var enforced: Set<Subject> = []
  private var spent: [Subject: Timestamp] = [:]

  /// The detection an entry leads to, and whether a request that Flyball stopped was counted for it.
  mutating func take(
    _ entry: LogEntry, from reporter: SPIFFEID, at now: Timestamp
  ) -> (detection: Detection, countsOwnEffect: Bool)? {
    let subject = Subject.workload(entry.caller)
    let isFailure: Bool
    switch entry.outcome {
    case .denied, .limited: return nil
    case .refused:
      if enforced.contains(subject) { return nil }
      isFailure = true
    case .failed: isFailure = true
    case .succeeded: isFailure = false
    }
    if enforced.contains(subject), let spent = spent[subject], entry.start < spent { return nil }
    var known = facts[entry.caller, default: []].filter { isRecent($0, at: now) }
    if known.contains(where: {
      $0.entry.request == entry.request && $0.entry.isCallersSide == entry.isCallersSide
    }) {
      return nil
    }
    known.append(Fact(entry: entry, reporter: reporter, isFailure: isFailure))
    facts[entry.caller] = known
    guard isFailure else { return nil }
    let score = score(of: subject, at: now)
    let corroborated = corroborated(known)
    guard score >= Self.threshold else { return nil }
    if let last = lastReported[entry.caller], last.score == score,
      last.corroborated == corroborated, now < last.at.adding(milliseconds: 200)
    {
      return nil
    }
    lastReported[entry.caller] = (score, corroborated, now)
    let failures = known.filter(\.isFailure)
    let detection = Detection(
      subject: subject, detector: .lateralMovement, score: score, corroborated: corroborated,
      failures: failures.count, total: known.count,
      onset: failures.map(\.entry.start).min() ?? now, at: now,
      destinations: Set(failures.map(\.entry.destination)).sorted().map { .workload($0) },
      witnesses: Set(failures.map(\.reporter)).sorted())
    return (detection, failures.contains { $0.entry.wasStopped })
  }

  func score(of subject: Subject, at now: Timestamp) -> Double {
    let known = (facts[subject.principal] ?? []).filter { isRecent($0, at: now) }
    return max(
      Self.score(known.filter(\.entry.isCallersSide)),
      Self.score(known.filter { !$0.entry.isCallersSide }))
  }

  mutating func watch(enforced: Set<Subject>) {
    self.enforced = enforced
    spent = spent.filter { enforced.contains($0.key) }
  }

  mutating func spend(_ subject: Subject, before instant: Timestamp) {
    facts[subject.principal] = nil
    lastReported[subject.principal] = nil
    if enforced.contains(subject) { spent[subject] = instant }
  }

  /// What both sides saw fail, at two destinations at least.
  private func corroborated(_ known: [Fact]) -> Double {
    let failed = known.filter(\.isFailure)
    let told = Set(failed.filter(\.entry.isCallersSide).map(\.entry.request))
    let confirmed = failed.filter { !$0.entry.isCallersSide && told.contains($0.entry.request) }
    guard Set(confirmed.map(\.entry.destination)).count >= 2 else { return 0 }
    return Self.score(confirmed + known.filter { !$0.isFailure && !$0.entry.isCallersSide })
  }

  private func isRecent(_ fact: Fact, at now: Timestamp) -> Bool {
    now < fact.entry.start.adding(milliseconds: Self.windowMilliseconds)
  }

  private static func score(_ facts: [Fact]) -> Double {
    let failures = facts.count(where: \.isFailure)
    let steps = failures - (facts.count - failures) / 2
    guard steps > 0 else { return 0 }
    var odds = 1.0
    for _ in 0..<min(steps, 12) { odds *= 4 }
    return odds / (1 + odds)
  }

  static let threshold = 0.99
  private static let windowMilliseconds: Int64 = 10_000
}
