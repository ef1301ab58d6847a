internal import Anomaly
internal import MeshModel

/// A mailbox around the scorer of some subjects. A batch is scored without interruption.
actor ScoringShard {
  /// What a batch meant for the loop.
  struct Findings: Sendable {
    var detections: [Detection] = []
    /// For each watched subject and proxy, the earliest and latest request by how it ended.
    var stopped: [Sighting: ClosedRange<Timestamp>] = [:]
    var served: [Sighting: ClosedRange<Timestamp>] = [:]

    var isEmpty: Bool { detections.isEmpty && stopped.isEmpty && served.isEmpty }
  }

  struct Sighting: Hashable, Sendable {
    var subject: SPIFFEID
    var proxy: ProxyID
    /// The action named by a denial; nil for a rate limit, which names none.
    var action: ActionID?
  }

  private var scorer: Scorer
  private var watched: [UInt64: SPIFFEID] = [:]

  init(_ scorer: Scorer) {
    self.scorer = scorer
  }

  /// One finding for each batch.
  func score(_ batches: [ObservationBatch]) -> [Findings] { batches.map { score($0) } }

  private func score(_ batch: ObservationBatch) -> Findings {
    var findings = Findings(detections: scorer.score(batch))
    guard !watched.isEmpty else { return findings }
    for observation in batch.observations where scorer.owns(observation.source) {
      guard let subject = watched[observation.source] else { continue }
      note(observation, of: subject, in: batch, &findings)
    }
    return findings
  }

  func watch(_ subjects: Set<SPIFFEID>, enforced: Set<SPIFFEID>) {
    // Two names of one key can be crafted; the first in order is the one that is seen.
    watched = Dictionary(subjects.sorted().map { ($0.key, $0) }) { first, _ in first }
    scorer.watch(enforced)
  }

  func spend(_ subject: SPIFFEID, before instant: Timestamp) {
    scorer.spend(subject, before: instant)
  }

  func retune(_ thresholds: [Detector: Double]) {
    scorer.thresholds = thresholds
  }

  func scores(of subjects: Set<SPIFFEID>, at now: Timestamp) -> [SPIFFEID: Double] {
    var scores: [SPIFFEID: Double] = [:]
    for subject in subjects { scores[subject] = scorer.score(of: subject, at: now) }
    return scores
  }

  func references() -> [UInt8] { scorer.references() }

  func restore(_ section: [UInt8]) throws(ReferenceError) { try scorer.restore(section) }

  func forgetReferences() { scorer = scorer.blank }

  var subjectCount: Int { scorer.subjectCount }
  var entityCount: Int { scorer.entityCount }

  private func note(
    _ observation: Observation, of subject: SPIFFEID, in batch: ObservationBatch,
    _ findings: inout Findings
  ) {
    var sighting = Sighting(subject: subject, proxy: batch.reporter, action: nil)
    switch observation.outcome {
    case .denied(let action):
      sighting.action = action
      findings.stopped.widen(sighting, by: observation.start)
    case .limited:
      findings.stopped.widen(sighting, by: observation.start)
    case .answered(let status, byUpstream: true):
      // On the caller's side a refusal may be another proxy's.
      let isRefused = status == 403 || status == 429
      if batch.vantage == .destination || !isRefused {
        findings.served.widen(sighting, by: observation.start)
      }
    case .connected:
      findings.served.widen(sighting, by: observation.start)
    case .answered(_, byUpstream: false), .unreachable:
      // The proxy's own answer, which may come before its filters ran, shows neither.
      break
    }
  }
}

extension [ScoringShard.Sighting: ClosedRange<Timestamp>] {
  fileprivate mutating func widen(_ key: Key, by instant: Timestamp) {
    guard let range = self[key] else {
      self[key] = instant...instant
      return
    }
    self[key] =
      Swift.min(range.lowerBound, instant)...Swift.max(range.upperBound, instant)
  }
}
