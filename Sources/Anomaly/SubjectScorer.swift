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
  private var watched: Set<SPIFFEID> = []
  private var spent: [SPIFFEID: Timestamp] = [:]

  package init(thresholds: [Detector: Double]) {
    self.thresholds = thresholds
  }

  package mutating func score(_ observation: Observation) -> [Detection] {
    guard !isEcho(observation), !isSpent(observation) else { return [] }
    let subject = observation.source
    if records[subject] == nil { forgetLongestSilent() }
    let raised = records[subject, default: SubjectRecord(seen: observation.start)].add(observation)
    return raised.compactMap { detection(of: $0, subject: subject, at: observation.start) }
  }

  /// The subjects with a live action, now.
  package mutating func watch(_ subjects: Set<SPIFFEID>) {
    watched = subjects
    spent = spent.filter { subjects.contains($0.key) }
  }

  /// Forgets the evidence that led to an action. While the subject is watched, requests that began
  /// before `instant` count no more, however late their entries arrive.
  package mutating func spend(_ subject: SPIFFEID, before instant: Timestamp) {
    records[subject] = nil
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
    guard observation.vantage == .source, watched.contains(observation.source),
      case .answered(let status) = observation.outcome
    else { return false }
    return status == 403 || status == 429
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

  private mutating func forgetLongestSilent() {
    guard records.count >= ScoringBounds.subjects,
      let silent = records.min(by: { ($0.value.lastSeen, $0.key) < ($1.value.lastSeen, $1.key) })
    else { return }
    records[silent.key] = nil
  }
}
