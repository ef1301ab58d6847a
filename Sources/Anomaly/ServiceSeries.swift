internal import MeshModel

/// The requests of one destination in each minute, as one reporter counts them.
struct ServiceSeries: Sendable {
  let service: SPIFFEID
  let witness: SPIFFEID
  /// The reporter's key.
  let owner: UInt64
  private let began: UInt32
  /// Of the minute that is open, and of the one after it.
  private var count = 0
  private var next = 0
  /// Follows the requests of a minute.
  private var mean = 0.0
  /// The latest minute that counted.
  private var latest: UInt32
  private var values = 0
  private var detector = SeriesDetector()
  /// The latest alarm.
  private var alarm: (minute: UInt32, evidence: Double)?

  init(service: SPIFFEID, witness: SPIFFEID, owner: UInt64, minute: UInt32, mean: Double) {
    self.service = service
    self.witness = witness
    self.owner = owner
    self.mean = mean
    began = minute
    latest = minute
  }

  mutating func add(_ requests: Int, isNext: Bool) {
    if isNext { next += requests } else { count += requests }
  }

  /// How busy it is of late; nil while that is not known.
  func load(at minute: UInt32) -> Double? {
    if minute > latest &+ ScoringBounds.serviceSilentMinutes { return 0 }
    return minute < began &+ ScoringBounds.serviceTrialMinutes ? nil : mean
  }

  /// Leaves out the open minute, whose telemetry is not whole.
  mutating func skip(next isNext: Bool) {
    count = isNext ? next : 0
    next = 0
  }

  /// Takes in the open minute, and tells of it when it is unusual.
  mutating func close(_ minute: UInt32, threshold: Double?, at now: Timestamp) -> Detection? {
    let value = count
    skip(next: true)
    let usual = detector.usual ?? 0
    let evidence = detector.evidence(of: Double(value))
    values += 1
    latest = minute
    mean = mean == 0 ? Double(value) : mean + (Double(value) - mean) / 8
    guard values > ScoringBounds.serviceWarmUpMinutes,
      evidence >= ScoringBounds.serviceAlarmEvidence, !isSame(evidence, at: minute)
    else { return nil }
    alarm = (minute, evidence)
    let score = Episode.score(evidence)
    guard let threshold, score >= threshold else { return nil }
    return Detection(
      subject: .workload(service), detector: .serviceTraffic, score: score, corroborated: 0,
      failures: value, total: Int(usual), onset: Timestamp(seconds: Int64(minute) * 60), at: now,
      destinations: [.workload(service)], witnesses: [witness])
  }

  /// Whether an alarm now belongs to the latest one.
  private func isSame(_ evidence: Double, at minute: UInt32) -> Bool {
    guard let alarm else { return false }
    return minute < alarm.minute &+ ScoringBounds.serviceRestMinutes
      && evidence < alarm.evidence * 10
  }
}
