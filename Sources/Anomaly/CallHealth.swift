internal import MeshModel

/// How callers fare at the workloads they call, by the word of their own sidecars, so that what an
/// action does to others is seen.
struct CallHealth: Sendable {
  private struct Call: Sendable {
    var caller: SPIFFEID
    var callerKey: UInt64
    var workload: SPIFFEID
    var destination: UInt64
    var minutes: RecentMinutes
  }

  /// What is compared since an action: calls of others to its subject.
  private struct Comparison: Sendable {
    var since: Timestamp
    var before: [UInt64: RequestTally] = [:]
    var after: [UInt64: RequestTally] = [:]
  }

  private var calls: [UInt64: Call] = [:]
  private var callsBy: [UInt64: Int] = [:]
  /// By the subject's key.
  private var comparisons: [UInt64: Comparison] = [:]

  var isComparing: Bool { !comparisons.isEmpty }

  /// The requests of a batch's reporter to one destination, in one minute.
  mutating func add(
    _ tally: RequestTally, _ key: UInt64, destination: (name: SPIFFEID, key: UInt64),
    in batch: ObservationBatch, at minute: UInt32
  ) {
    if let index = calls.index(forKey: key) {
      calls.values[index].minutes.add(tally, at: minute)
      return
    }
    let caller = batch.names[0].key
    if calls.count >= ScoringBounds.comparedCalls { forgetSilent(at: minute) }
    guard calls.count < ScoringBounds.comparedCalls,
      callsBy[caller, default: 0] < ScoringBounds.comparedCallsPerCaller
    else { return }
    var minutes = RecentMinutes(minute: minute)
    minutes.add(tally, at: minute)
    calls[key] = Call(
      caller: batch.reporter.principal, callerKey: caller, workload: destination.name,
      destination: destination.key, minutes: minutes)
    callsBy[caller, default: 0] += 1
  }

  /// From `since` on counts calls anew. Of a subject that is compared already, what was before its
  /// first action stays the measure.
  mutating func compare(_ subject: UInt64, since: Timestamp) {
    if comparisons[subject] != nil {
      comparisons[subject]?.since = since
      comparisons[subject]?.after = [:]
      return
    }
    var comparison = Comparison(since: since)
    let minute = UInt32(clamping: since.second) / 60
    for (key, call) in calls where call.destination == subject && call.callerKey != subject {
      comparison.before[key] = call.minutes.sum(6, upTo: minute)
    }
    comparisons[subject] = comparison
  }

  /// Forgets the comparisons of all other subjects.
  mutating func keepComparisons(of subjects: Set<UInt64>) {
    guard !comparisons.isEmpty else { return }
    comparisons = comparisons.filter { subjects.contains($0.key) }
  }

  /// Takes in a call since an action.
  mutating func note(_ observation: Observation, failed: Bool, caller: UInt64, _ key: UInt64) {
    guard caller != observation.destination,
      let index = comparisons.index(forKey: observation.destination),
      observation.start >= comparisons.values[index].since
    else { return }
    comparisons.values[index].after[key, default: RequestTally()].total &+= 1
    if failed { comparisons.values[index].after[key]?.failed &+= 1 }
  }

  /// How each caller fares that called before and since, in the order of their names.
  func neighbours(of subject: UInt64) -> [NeighbourHealth] {
    guard let comparison = comparisons[subject] else { return [] }
    return comparison.after.compactMap { key, since in
      guard let call = calls[key], let before = comparison.before[key] else { return nil }
      return NeighbourHealth(caller: call.caller, before: before, since: since)
    }.sorted { $0.caller < $1.caller }
  }

  var keys: [UInt64] { Array(calls.keys) }

  var callers: Set<SPIFFEID> { Set(calls.values.map(\.caller)) }

  /// One call in at most `count` minutes up to and including `last`; nil when it is forgotten.
  func call(
    _ key: UInt64, _ count: UInt32, upTo last: UInt32
  ) -> (caller: SPIFFEID, destination: SPIFFEID, RequestTally)? {
    calls[key].map { ($0.caller, $0.workload, $0.minutes.sum(count, upTo: last)) }
  }

  private mutating func forgetSilent(at minute: UInt32) {
    calls = calls.filter { $0.value.minutes.minute &+ RecentMinutes.length > minute }
    callsBy = calls.values.reduce(into: [:]) { $0[$1.callerKey, default: 0] += 1 }
  }
}
