internal import MeshModel

/// Whose requests the mesh serves, by the word of the called sides, minute by minute.
struct TrafficShares: Sendable {
  private struct Minute {
    var number: UInt32 = 0
    var all = 0
    var sources: [UInt64: Int] = [:]
  }

  /// The last eight minutes, each at its number modulo eight.
  private var minutes = [Minute](repeating: Minute(), count: 8)
  private var batches: UInt64 = 0

  /// Whether the next batch counts: one in four, which is enough for a share. The golden ratio spreads
  /// them so that no period of the batches is favoured.
  mutating func isSampled() -> Bool {
    batches &+= 1
    return (batches &* 0x9E37_79B9_7F4A_7C15) &>> 62 == 0
  }

  /// Makes the minute the one that `add` counts in; false when it is too long ago.
  mutating func open(_ minute: UInt32) -> Bool {
    let place = Self.place(minute)
    guard minute >= minutes[place].number else { return false }
    if minute > minutes[place].number {
      minutes[place].number = minute
      minutes[place].all = 0
      minutes[place].sources.removeAll(keepingCapacity: true)
    }
    return true
  }

  @inline(__always)
  mutating func add(_ requests: Int, of source: UInt64, at minute: UInt32) {
    let place = Self.place(minute)
    minutes[place].all &+= requests
    guard minutes[place].sources.count < ScoringBounds.trafficSources else { return }
    minutes[place].sources[source, default: 0] &+= requests
  }

  /// The share of a source in the five whole minutes before `onset`, so that what it does since does
  /// not count; nil when nothing was served then, or when they are past.
  func share(of source: UInt64, before onset: Timestamp) -> Double? {
    let onset = UInt32(clamping: onset.second) / 60
    var all = 0
    var own = 0
    for minute in minutes where minute.number < onset && onset - minute.number <= 5 {
      all &+= minute.all
      own &+= minute.sources[source] ?? 0
    }
    return all > 0 ? Double(own) / Double(all) : nil
  }

  private static func place(_ minute: UInt32) -> Int { Int(minute & 7) }
}
