internal import MeshModel

/// Requests that our actions stopped, for each pair of caller and destination, in the last minutes.
///
/// Nobody decides by it. It is touched only by requests that were stopped.
struct Denials: Sendable {
  private var pairs: [UInt64: RecentMinutes] = [:]

  mutating func note(_ pair: UInt64, isAtCaller: Bool, at minute: UInt32) {
    let tally = RequestTally(failed: isAtCaller ? 1 : 0, total: 1)
    if let index = pairs.index(forKey: pair) {
      pairs.values[index].add(tally, at: minute)
      return
    }
    if pairs.count >= ScoringBounds.deniedCalls {
      pairs = pairs.filter { $0.value.minute &+ RecentMinutes.length > minute }
    }
    guard pairs.count < ScoringBounds.deniedCalls else { return }
    var minutes = RecentMinutes(minute: minute)
    minutes.add(tally, at: minute)
    pairs[pair] = minutes
  }

  func sum(of pair: UInt64, _ count: UInt32, upTo last: UInt32) -> RequestTally {
    pairs[pair]?.sum(count, upTo: last) ?? RequestTally()
  }
}
