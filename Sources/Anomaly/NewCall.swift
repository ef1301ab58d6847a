internal import MeshModel

/// A call that was new for a caller with a reference, as one side reports it, since its first request.
struct NewCall: Sendable {
  let caller: Subject
  let destination: Destination
  let witness: SPIFFEID
  /// Low bits of the key of the reporter that made the shard follow it.
  let owner: UInt32
  let since: Timestamp
  /// The arrival number of its newest request, which no reporter's clock can move.
  var arrival: UInt64
  var reportedAt: Timestamp?
  private var clock: BeatClock
  private(set) var test = RegularityTest()

  init(_ observation: Observation, in batch: ObservationBatch, arrival: UInt64) {
    caller = batch.source(of: observation)
    destination = batch.destination(of: observation)
    witness = batch.reporter.principal
    owner = UInt32(truncatingIfNeeded: batch.names[0].key)
    since = observation.start
    self.arrival = arrival
    clock = BeatClock(second: UInt32(clamping: observation.start.second))
  }

  var evidence: Double { test.evidence }

  /// Whether a gap became final, so that the evidence may have risen.
  mutating func take(_ observation: Observation) -> Bool {
    let gaps = test.gaps
    clock.take(second: UInt32(clamping: observation.start.second)) { test.take(gap: $0) }
    return test.gaps != gaps
  }

  /// `twin`: the same call as the other side reports it.
  func detection(twin: NewCall?, at now: Timestamp) -> Detection {
    // A workload that calls itself is one witness.
    let other = twin.flatMap { $0.witness == witness ? nil : $0 }
    let corroborated = other.map { min(evidence, $0.evidence) } ?? 0
    return Detection(
      subject: caller, detector: .beaconing, score: Episode.score(evidence),
      corroborated: Episode.score(corroborated), failures: test.hits, total: test.gaps,
      onset: since, at: now, destinations: [destination],
      witnesses: ([witness] + (corroborated > 0 ? other.map { [$0.witness] } ?? [] : [])).sorted(),
      intervalSeconds: Int(test.median))
  }
}
