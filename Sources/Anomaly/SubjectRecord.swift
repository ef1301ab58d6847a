internal import MeshModel

/// The evidence of the guards about one subject: a walk over its first contacts and a bucket for
/// each destination. Made at the first failure.
struct SubjectRecord: Sendable {
  struct Failure: Sendable {
    var destination: Destination
    var witness: SPIFFEID
    var at: Timestamp
  }

  struct Level: Hashable, Sendable {
    var score: Double
    var corroborated: Double
  }

  let subject: Subject
  /// Who reported the subject first, and so answers for the memory it takes.
  let creator: UInt64
  /// The arrival number of the newest observation, which no reporter's clock can move.
  var lastArrival: UInt64
  var lastReported: [Detector: (level: Level, at: Timestamp)] = [:]
  private var walk: WalkRecord?
  private var auth: [UInt64: AuthRecord] = [:]
  private var recentFailures: [Failure] = []

  /// Failures remembered: those of one failure alone are the first to be forgotten.
  var failures: Int { recentFailures.count }

  init(subject: Subject, creator: UInt64, arrival: UInt64) {
    self.subject = subject
    self.creator = creator
    lastArrival = arrival
  }

  mutating func addSuccess(_ contact: UInt64, at start: Timestamp, _ vantage: Vantage) {
    walk?.addSuccess(contact, at: start.second, vantage)
  }

  /// Whether the score may have risen.
  mutating func addFailure(
    _ contact: UInt64, _ observation: Observation, in batch: ObservationBatch
  ) -> Bool {
    guard walk.addFailure(contact, observation, batch.vantage) else { return false }
    remember(observation, in: batch)
    return true
  }

  /// Whether the score may have risen.
  mutating func add(
    authenticated: Bool, _ observation: Observation, in batch: ObservationBatch
  ) -> Bool {
    if auth[observation.destination] == nil {
      // Success alone needs no bucket: it only ever drains one.
      guard !authenticated else { return false }
      forgetQuietestDestination()
    }
    auth[
      observation.destination,
      default: AuthRecord(ownDestination: observation.destination == observation.source)
    ].add(authenticated: authenticated, at: observation.start, batch.vantage)
    if !authenticated { remember(observation, in: batch) }
    return !authenticated
  }

  func level(of detector: Detector, at second: Int64) -> Level {
    let none = Level(score: 0, corroborated: 0)
    switch detector {
    case .anomaly, .beaconing, .serviceTraffic, .rule, .ruleOfMany, .indicator, .alert, .order:
      return none
    case .lateralMovement: return walk?.level(at: second) ?? none
    case .authFailures:
      return auth.values.reduce(none) { best, record in
        let level = record.level(at: second)
        return Level(
          score: max(best.score, level.score),
          corroborated: max(best.corroborated, level.corroborated))
      }
    }
  }

  func detection(of detector: Detector, level: Level, at now: Timestamp) -> Detection {
    let recent = recentFailures.filter { $0.at >= now.adding(milliseconds: -1000 * windowSeconds) }
    let (failures, total) = counts(of: detector, at: now.second)
    return Detection(
      subject: subject, detector: detector, score: level.score,
      corroborated: level.corroborated, failures: failures, total: total,
      onset: recent.map(\.at).min() ?? now, at: now,
      destinations: Array(
        Set(recent.map(\.destination)).sorted().prefix(Detection.maximumDestinations)),
      witnesses: Array(Set(recent.map(\.witness)).sorted().prefix(ScoringBounds.witnesses)))
  }

  private var windowSeconds: Int64 { Int64(ScoringBounds.walkWindowSeconds) }

  private mutating func forgetQuietestDestination() {
    guard auth.count >= ScoringBounds.destinationsPerSubject,
      let quietest = auth.min(by: { ($0.value.lastSeen, $0.key) < ($1.value.lastSeen, $1.key) })
    else { return }
    auth[quietest.key] = nil
  }

  private mutating func remember(_ observation: Observation, in batch: ObservationBatch) {
    if recentFailures.count >= 64 { recentFailures.removeFirst() }
    recentFailures.append(
      Failure(
        destination: batch.destination(of: observation), witness: batch.reporter.principal,
        at: observation.start))
  }

  private func counts(of detector: Detector, at second: Int64) -> (failures: Int, total: Int) {
    var failures = 0
    var total = 0
    let add = { (bucket: EventWindow.Bucket) in
      failures += Int(bucket.failures)
      total += Int(bucket.failures) + Int(bucket.successes)
    }
    switch detector {
    case .anomaly, .beaconing, .serviceTraffic, .rule, .ruleOfMany, .indicator, .alert, .order:
      break
    case .lateralMovement: walk?.loudest(at: second).forEachBucket(at: second, add)
    case .authFailures:
      for record in auth.values { record.loudest(at: second).forEachBucket(at: second, add) }
    }
    return (failures, total)
  }
}

extension WalkRecord? {
  fileprivate mutating func addFailure(
    _ contact: UInt64, _ observation: Observation, _ vantage: Vantage
  ) -> Bool {
    if self == nil { self = WalkRecord() }
    return self?.addFailure(contact, observation, vantage) ?? false
  }
}
