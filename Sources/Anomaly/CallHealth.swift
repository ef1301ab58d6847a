internal import MeshModel

/// How callers fare at what they call, by the word of their own sidecars, so that what an action
/// does to others is seen.
struct CallHealth: Sendable {
  private struct Call: Sendable {
    var caller: SPIFFEID
    var callerKey: UInt64
    var destination: Destination
    var minutes: RecentMinutes
  }

  /// What is compared since an action: calls of others to its subject and to what it called.
  private struct Comparison: Sendable {
    var subject: UInt64
    var destinations: Set<UInt64>
    var since: Timestamp
    var before: [UInt64: RequestTally] = [:]
    var after: [UInt64: RequestTally] = [:]
  }

  private var calls: [UInt64: Call] = [:]
  private var comparisons: [Subject: Comparison] = [:]

  var isComparing: Bool { !comparisons.isEmpty }

  mutating func add(
    _ tally: RequestTally, _ key: UInt64, destination: Destination, in batch: ObservationBatch,
    at minute: UInt32
  ) {
    if let index = calls.index(forKey: key) {
      calls.values[index].minutes.add(tally, at: minute)
      return
    }
    if calls.count >= ScoringBounds.comparedCalls {
      calls = calls.filter { $0.value.minutes.minute &+ RecentMinutes.length > minute }
    }
    guard calls.count < ScoringBounds.comparedCalls else { return }
    var minutes = RecentMinutes(minute: minute)
    minutes.add(tally, at: minute)
    calls[key] = Call(
      caller: batch.reporter.principal, callerKey: batch.names[0].key, destination: destination,
      minutes: minutes)
  }

  /// From `since` on counts calls anew. Of a subject that is compared already, what was before its
  /// first action stays the measure.
  mutating func compare(
    _ subject: Subject, and callees: [Destination], since: Timestamp
  ) {
    if comparisons[subject] != nil {
      comparisons[subject]?.since = since
      comparisons[subject]?.after = [:]
      return
    }
    let destinations = Set(callees.map(\.key) + [subject.key])
    var comparison = Comparison(
      subject: subject.key, destinations: destinations, since: since)
    let minute = UInt32(clamping: since.second) / 60
    for (key, call) in calls
    where destinations.contains(call.destination.key) && call.callerKey != subject.key {
      comparison.before[key] = call.minutes.sum(6, upTo: minute)
    }
    comparisons[subject] = comparison
  }

  /// Forgets the comparisons of all other subjects.
  mutating func keepComparisons(of subjects: Set<Subject>) {
    guard !comparisons.isEmpty else { return }
    comparisons = comparisons.filter { subjects.contains($0.key) }
  }

  /// Takes in a call since an action.
  mutating func note(_ observation: Observation, failed: Bool, caller: UInt64, _ key: UInt64) {
    for subject in comparisons.keys {
      guard let comparison = comparisons[subject], observation.start >= comparison.since,
        caller != comparison.subject, comparison.destinations.contains(observation.destination)
      else { continue }
      comparisons[subject]?.after[key, default: RequestTally()].total &+= 1
      if failed { comparisons[subject]?.after[key]?.failed &+= 1 }
    }
  }

  /// How each caller fares that called before and since, in the order of their names.
  func neighbours(of subject: Subject) -> [NeighbourHealth] {
    guard let comparison = comparisons[subject] else { return [] }
    return comparison.after.compactMap { key, since in
      guard let call = calls[key], let before = comparison.before[key] else { return nil }
      return NeighbourHealth(
        caller: call.caller, destination: call.destination, before: before, since: since)
    }.sorted {
      ($0.caller, $0.destination.description) < ($1.caller, $1.destination.description)
    }
  }
}
