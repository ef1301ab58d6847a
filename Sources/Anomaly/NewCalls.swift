internal import MeshModel

/// The calls that a shard follows for even intervals; bounded, and bounded for each reporter.
///
/// Only a call that its caller, which has a reference, never made before is followed: whoever calls
/// like a clock since it is known may go on.
struct NewCalls: Sendable {
  private var calls: [UInt64: NewCall] = [:]
  private var byOwner: [UInt32: Int] = [:]
  private var arrivals: UInt64 = 0
  /// A bit for each call, so that nearly all other requests are told apart by one look.
  private var filter = [UInt64](repeating: 0, count: Self.filterWords)

  private static let filterWords = ScoringBounds.newCalls / 4

  var count: Int { calls.count }
  /// In no order.
  var evidence: [Double] { calls.values.map(\.evidence) }

  /// Whether the call may be followed; never false when it is.
  @inline(__always)
  func mayContain(_ key: UInt64) -> Bool {
    filter[Self.word(key)] & Self.bit(key) != 0
  }

  /// Begins to follow a call. Makes room first: a reporter displaces its own.
  mutating func begin(_ key: UInt64, _ observation: Observation, in batch: ObservationBatch) {
    guard calls[key] == nil else { return }
    arrivals += 1
    let call = NewCall(observation, in: batch, arrival: arrivals)
    if byOwner[call.owner, default: 0] >= ScoringBounds.newCallsPerReporter {
      letGo { $0.owner == call.owner }
    } else if calls.count >= ScoringBounds.newCalls {
      letGo { _ in true }
    }
    calls[key] = call
    byOwner[call.owner, default: 0] += 1
    filter[Self.word(key)] |= Self.bit(key)
  }

  /// Takes in a request, and tells when the evidence is at `threshold` and was not told lately.
  /// `twin`: the other side's key of the same call.
  mutating func take(
    _ key: UInt64, twin: UInt64?, _ observation: Observation, threshold: Double?
  ) -> Detection? {
    arrivals += 1
    calls[key]?.arrival = arrivals
    guard calls[key]?.take(observation) ?? false, let call = calls[key] else { return nil }
    if call.evidence < 1, call.test.gaps >= ScoringBounds.newCallGaps {
      end(key)
      return nil
    }
    guard let threshold, call.evidence >= 1, Episode.score(call.evidence) >= threshold else {
      return nil
    }
    if let last = call.reportedAt,
      observation.start.second &- last.second < ScoringBounds.newCallRepeatSeconds
    {
      return nil
    }
    calls[key]?.reportedAt = observation.start
    return call.detection(twin: twin.flatMap { calls[$0] }, at: observation.start)
  }

  private mutating func end(_ key: UInt64) {
    guard let call = calls.removeValue(forKey: key) else { return }
    let left = (byOwner[call.owner] ?? 1) - 1
    byOwner[call.owner] = left > 0 ? left : nil
  }

  /// A sixteenth at once, so that a flood does not search all of them for each: first those without
  /// evidence, of these the longest silent.
  private mutating func letGo(where isCandidate: (NewCall) -> Bool) {
    let candidates = calls.filter { isCandidate($0.value) }
      .map { (key: $0.key, hasEvidence: $0.value.evidence >= 1, arrival: $0.value.arrival) }
      .sorted { ($0.hasEvidence ? 1 : 0, $0.arrival) < ($1.hasEvidence ? 1 : 0, $1.arrival) }
    for candidate in candidates.prefix(max(1, candidates.count / 16)) { end(candidate.key) }
    filter = [UInt64](repeating: 0, count: Self.filterWords)
    for key in calls.keys { filter[Self.word(key)] |= Self.bit(key) }
  }

  @inline(__always)
  private static func word(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: key &>> 32) & (filterWords - 1)
  }

  @inline(__always)
  private static func bit(_ key: UInt64) -> UInt64 { 1 &<< (key & 63) }
}
