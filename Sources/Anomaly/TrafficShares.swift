internal import MeshModel

/// Whose requests the mesh serves, by the word of the called sides, minute by minute.
struct TrafficShares: Sendable {
  private var all = RecentMinutes(minute: 0)
  private var sources: [UInt64: RecentMinutes] = [:]

  mutating func addToAll(_ requests: Int, at minute: UInt32) {
    all.add(RequestTally(total: UInt32(clamping: requests)), at: minute)
  }

  mutating func add(_ requests: UInt32, of source: UInt64, at minute: UInt32) {
    if sources[source] == nil {
      if sources.count >= ScoringBounds.trafficSources {
        sources = sources.filter { $0.value.minute &+ RecentMinutes.length > minute }
      }
      guard sources.count < ScoringBounds.trafficSources else { return }
    }
    sources[source, default: RecentMinutes(minute: minute)]
      .add(RequestTally(total: requests), at: minute)
  }

  /// The share of a source in the five whole minutes before `onset`, so that what it does since does
  /// not count; nil when nothing was served then, or when they are past.
  func share(of source: UInt64, before onset: Timestamp) -> Double? {
    let minute = UInt32(clamping: onset.second) / 60
    guard minute > 0 else { return nil }
    let total = all.sum(5, upTo: minute - 1).total
    guard total > 0 else { return nil }
    return Double(sources[source]?.sum(5, upTo: minute - 1).total ?? 0) / Double(total)
  }
}
