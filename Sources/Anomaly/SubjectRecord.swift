internal import MeshModel

/// The evidence about one subject: a walk over its first contacts and a bucket for each destination.
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

  private var walk = WalkRecord()
  private var auth: [Destination: AuthRecord] = [:]
  private var recentFailures: [Failure] = []
  /// The arrival number of the newest observation, which no reporter's clock can move.
  var lastArrival: UInt64
  /// Who reported the subject first, and so answers for the memory it takes.
  let creator: SPIFFEID
  var lastReported: [Detector: (level: Level, at: Timestamp)] = [:]

  init(creator: SPIFFEID, arrival: UInt64) {
    self.creator = creator
    lastArrival = arrival
  }

  /// Returns the detectors whose score the observation may have raised.
  mutating func add(_ observation: Observation) -> [Detector] {
    var raised: [Detector] = []
    if addTrial(observation) { raised.append(.lateralMovement) }
    if addAuthentication(observation) { raised.append(.authFailures) }
    if !raised.isEmpty { remember(observation) }
    return raised
  }

  func level(of detector: Detector, at second: Int64) -> Level {
    switch detector {
    case .lateralMovement: walk.level(at: second)
    case .authFailures:
      auth.values.reduce(Level(score: 0, corroborated: 0)) { best, record in
        let level = record.level(at: second)
        return Level(
          score: max(best.score, level.score),
          corroborated: max(best.corroborated, level.corroborated))
      }
    }
  }

  func detection(
    of detector: Detector, subject: SPIFFEID, level: Level, at now: Timestamp
  ) -> Detection {
    let recent = recentFailures.filter { $0.at >= now.adding(milliseconds: -1000 * windowSeconds) }
    let (failures, total) = counts(of: detector, at: now.second)
    return Detection(
      subject: subject, detector: detector, score: level.score, corroborated: level.corroborated,
      failures: failures, total: total, onset: recent.map(\.at).min() ?? now, at: now,
      destinations: Array(
        Set(recent.map(\.destination)).sorted().prefix(Detection.maximumDestinations)),
      witnesses: Array(Set(recent.map(\.witness)).sorted().prefix(ScoringBounds.witnesses)))
  }

  private var windowSeconds: Int64 { Int64(ScoringBounds.walkWindowSeconds) }

  private mutating func addTrial(_ observation: Observation) -> Bool {
    guard let trial = observation.trial else { return false }
    return walk.add(trial, observation)
  }

  private mutating func addAuthentication(_ observation: Observation) -> Bool {
    guard let authenticated = observation.authenticated else { return false }
    if auth[observation.destination] == nil {
      // Success alone needs no bucket: it only ever drains one.
      guard !authenticated else { return false }
      forgetQuietestDestination()
    }
    auth[
      observation.destination,
      default: AuthRecord(
        ownDestination: observation.destination == .workload(observation.source))
    ].add(authenticated: authenticated, observation)
    return !authenticated
  }

  private mutating func forgetQuietestDestination() {
    guard auth.count >= ScoringBounds.destinationsPerSubject,
      let quietest = auth.min(by: { ($0.value.lastSeen, $0.key) < ($1.value.lastSeen, $1.key) })
    else { return }
    auth[quietest.key] = nil
  }

  private mutating func remember(_ observation: Observation) {
    if recentFailures.count >= 64 { recentFailures.removeFirst() }
    recentFailures.append(
      Failure(
        destination: observation.destination, witness: observation.reporter.principal,
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
    case .lateralMovement: walk.loudest(at: second).forEachBucket(at: second, add)
    case .authFailures:
      for record in auth.values { record.loudest(at: second).forEachBucket(at: second, add) }
    }
    return (failures, total)
  }
}
