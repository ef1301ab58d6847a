internal import Anomaly
internal import MeshModel

/// A mailbox around the scorer of some subjects. A batch is scored without interruption.
actor ScoringShard {
  private var scorer: Scorer

  init(_ scorer: Scorer) {
    self.scorer = scorer
  }

  /// One finding for each batch.
  func score(_ batches: [ObservationBatch]) -> [Findings] {
    batches.map { scorer.findings(in: $0) }
  }

  func withShares(_ detections: [Detection]) -> [Detection] {
    detections.map { detection in
      var detection = detection
      detection.trafficShare = scorer.trafficShare(
        of: detection.subject, before: detection.onset)
      return detection
    }
  }

  func watch(_ watch: Watch) { scorer.watch(watch) }

  func spend(_ subject: Subject, before instant: Timestamp) {
    scorer.spend(subject, before: instant)
  }

  func compare(_ workload: SPIFFEID, since: Timestamp) {
    scorer.compare(workload, since: since)
  }

  func neighbours(of workload: SPIFFEID) -> [NeighbourHealth] { scorer.neighbours(of: workload) }

  func relearn(_ workload: SPIFFEID, at now: Timestamp) { scorer.relearn(workload, at: now) }

  func retune(_ thresholds: [Detector: Double]) {
    scorer.thresholds = thresholds
  }

  func scores(of subjects: Set<Subject>, at now: Timestamp) -> [Subject: Double] {
    var scores: [Subject: Double] = [:]
    for subject in subjects { scores[subject] = scorer.score(of: subject, at: now) }
    return scores
  }

  func index(limit: Int) -> Scorer.Index { scorer.index(limit: limit) }

  func standings(
    _ range: Range<Int>, of index: Scorer.Index, at now: Timestamp
  ) -> [SubjectStanding] {
    scorer.standings(range, of: index, at: now)
  }

  func calls(
    _ range: Range<Int>, of index: Scorer.Index, at now: Timestamp
  ) -> [CallStanding] {
    scorer.calls(range, of: index, at: now)
  }

  func references() -> [UInt8] { scorer.references() }

  func restore(_ section: [UInt8]) throws(ReferenceError) { try scorer.restore(section) }

  func forgetReferences() { scorer = scorer.blank }

  var subjectCount: Int { scorer.subjectCount }
  var entityCount: Int { scorer.entityCount }
  var calibration: Calibration { scorer.calibration }
}
