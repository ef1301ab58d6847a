internal import MeshModel

/// What needs no learning and works from the first request: the random-walk test on a caller's
/// first contacts, and the bucket of authentication failures for each caller and destination.
struct Guards: Sendable {
  /// Detections are reported at or above these scores.
  var thresholds: [Detector: Double]
  private var records: [UInt64: SubjectRecord] = [:]
  private var created: [UInt64: Int] = [:]
  private var arrivals: UInt64 = 0

  init(thresholds: [Detector: Double]) {
    self.thresholds = thresholds
  }

  /// `isKnown`: the contact succeeded before, so it is no first contact.
  mutating func walk(
    _ observation: Observation, isKnown: Bool, in batch: ObservationBatch
  ) -> Detection? {
    guard let trial = observation.trial, !isKnown else { return nil }
    guard trial.failed else {
      records[observation.source]?.addSuccess(
        trial.contact, at: observation.start, batch.vantage)
      return nil
    }
    // Only the caller's side knows that it reached nobody.
    if observation.outcome == .unreachable, batch.vantage != .source { return nil }
    admit(observation, in: batch)
    guard
      records[observation.source]?.addFailure(trial.contact, observation, in: batch) ?? false
    else { return nil }
    return detection(of: .lateralMovement, subject: observation.source, at: observation.start)
  }

  mutating func authentication(
    _ observation: Observation, in batch: ObservationBatch
  ) -> Detection? {
    guard let authenticated = observation.authenticated else { return nil }
    if !authenticated {
      admit(observation, in: batch)
    } else if records.isEmpty {
      return nil
    }
    guard
      records[observation.source]?.add(
        authenticated: authenticated, observation, in: batch) ?? false
    else { return nil }
    return detection(of: .authFailures, subject: observation.source, at: observation.start)
  }

  /// The highest score of any guard, 0 for an unknown subject.
  func score(of subject: UInt64, at now: Timestamp) -> Double {
    guard let record = records[subject] else { return 0 }
    return Detector.allCases.map { record.level(of: $0, at: now.second).score }.max() ?? 0
  }

  mutating func forget(_ subject: UInt64) {
    guard let record = records.removeValue(forKey: subject) else { return }
    let left = (created[record.creator] ?? 1) - 1
    created[record.creator] = left > 0 ? left : nil
  }

  /// Each detector's level of a subject, without those that tell nothing.
  func levels(of subject: UInt64, at now: Timestamp) -> [Detector: Double] {
    guard let record = records[subject] else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: [Detector.lateralMovement, .authFailures].map {
        ($0, record.level(of: $0, at: now.second).score)
      })
  }

  var subjects: [Subject] { records.values.map(\.subject) }
  var subjectCount: Int { records.count }

  private mutating func detection(
    of detector: Detector, subject: UInt64, at now: Timestamp
  ) -> Detection? {
    guard let threshold = thresholds[detector], let record = records[subject] else { return nil }
    let level = record.level(of: detector, at: now.second)
    guard level.score >= threshold else { return nil }
    if let last = record.lastReported[detector], last.level == level,
      now.microseconds &- last.at.microseconds < ScoringBounds.repeatMicroseconds
    {
      return nil
    }
    records[subject]?.lastReported[detector] = (level, now)
    return record.detection(of: detector, level: level, at: now)
  }

  /// Makes room first: a reporter that invents callers displaces its own, not everybody's.
  private mutating func admit(_ observation: Observation, in batch: ObservationBatch) {
    let subject = observation.source
    arrivals += 1
    guard records[subject] == nil else {
      records[subject]?.lastArrival = arrivals
      return
    }
    let reporter = batch.names[0].key
    if created[reporter, default: 0] >= ScoringBounds.subjectsPerReporter {
      forgetLongestSilent { $0.creator == reporter }
    } else if records.count >= ScoringBounds.subjects {
      forgetLongestSilent { _ in true }
    }
    records[subject] = SubjectRecord(
      subject: batch.source(of: observation), creator: reporter, arrival: arrivals)
    created[reporter, default: 0] += 1
  }

  /// Forgets a sixteenth at once, so that a flood does not search the whole table for each entry.
  /// Those with the least evidence go first, so that many who fail once hide nobody who goes on
  /// failing; what was not seen for long is as good as none.
  private mutating func forgetLongestSilent(where isCandidate: (SubjectRecord) -> Bool) {
    let recent = arrivals - min(arrivals, ScoringBounds.evidenceArrivals)
    let candidates = records.filter { isCandidate($0.value) }
      .map { subject, record in
        (
          rank: (record.lastArrival > recent ? record.failures : 0, record.lastArrival),
          subject: subject
        )
      }
      .sorted { $0.rank < $1.rank }
    for candidate in candidates.prefix(max(1, candidates.count / 16)) { forget(candidate.subject) }
  }
}
