package import MeshModel

/// Scores subjects from observations: the value inside a scoring shard.
///
/// Deterministic: the same observations in the same order give the same detections. Denials and
/// limits by Flyball never count, and neither do refusals a subject's own sidecar passes on while
/// an action of ours is live against that subject, because the refusing proxy is not named there.
package struct SubjectScorer: Sendable {
  /// Detections are reported at or above these scores.
  package var thresholds: [Detector: Double]
  private var records: [SPIFFEID: SubjectRecord] = [:]
  private var created: [SPIFFEID: Int] = [:]
  private var arrivals: UInt64 = 0
  private var watched: Set<SPIFFEID> = []
  private var spent: [SPIFFEID: Timestamp] = [:]

  package init(thresholds: [Detector: Double]) {
    self.thresholds = thresholds
  }

  package mutating func score(_ observation: Observation) -> [Detection] {
    guard !isEcho(observation), !isSpent(observation) else { return [] }
    let subject = observation.source
    arrivals += 1
    if records[subject] == nil {
      admit(subject, reportedBy: observation.reporter.principal)
    }
    records[subject]?.lastArrival = arrivals
    let raised = records[subject]?.add(observation) ?? []
    return raised.compactMap { detection(of: $0, subject: subject, at: observation.start) }
  }

  /// The subjects against which something is in force, now.
  package mutating func watch(_ subjects: Set<SPIFFEID>) {
    watched = subjects
    spent = spent.filter { subjects.contains($0.key) }
  }

  /// Forgets the evidence that led to an action. While the subject is watched, requests that began
  /// before `instant` count no more, however late their entries arrive.
  package mutating func spend(_ subject: SPIFFEID, before instant: Timestamp) {
    forget(subject)
    if watched.contains(subject) { spent[subject] = instant }
  }

  /// The highest score of any detector, 0 for an unknown subject.
  package func score(of subject: SPIFFEID, at now: Timestamp) -> Double {
    guard let record = records[subject] else { return 0 }
    return Detector.allCases.map { record.level(of: $0, at: now.second).score }.max() ?? 0
  }

  package var subjectCount: Int { records.count }

  private func isSpent(_ observation: Observation) -> Bool {
    spent[observation.source].map { observation.start < $0 } ?? false
  }

  private func isEcho(_ observation: Observation) -> Bool {
    guard case .answered(let status, _) = observation.outcome, status == 403 || status == 429
    else { return false }
    // The caller of a workload that is cut off may be handed the refusal that workload met.
    if case .workload(let called) = observation.destination, watched.contains(called) {
      return true
    }
    return observation.vantage == .source && watched.contains(observation.source)
  }

  private mutating func detection(
    of detector: Detector, subject: SPIFFEID, at now: Timestamp
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
    return record.detection(of: detector, subject: subject, level: level, at: now)
  }

  /// Makes room first: a reporter that invents callers displaces its own, not everybody's.
  private mutating func admit(_ subject: SPIFFEID, reportedBy reporter: SPIFFEID) {
    if created[reporter, default: 0] >= ScoringBounds.subjectsPerReporter {
      forgetLongestSilent { $0.creator == reporter }
    } else if records.count >= ScoringBounds.subjects {
      forgetLongestSilent { _ in true }
    }
    records[subject] = SubjectRecord(creator: reporter, arrival: arrivals)
    created[reporter, default: 0] += 1
  }

  /// Forgets a sixteenth at once, so that a flood does not search the whole table for each entry.
  private mutating func forgetLongestSilent(where isCandidate: (SubjectRecord) -> Bool) {
    let candidates = records.filter { isCandidate($0.value) }
      .map { (arrival: $0.value.lastArrival, subject: $0.key) }
      .sorted { $0.arrival < $1.arrival }
    for candidate in candidates.prefix(max(1, candidates.count / 16)) { forget(candidate.subject) }
  }

  private mutating func forget(_ subject: SPIFFEID) {
    guard let record = records.removeValue(forKey: subject) else { return }
    let left = (created[record.creator] ?? 1) - 1
    created[record.creator] = left > 0 ? left : nil
  }
}
