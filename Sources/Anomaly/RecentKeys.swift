/// A set of keys that forgets the oldest once it is full.
struct RecentKeys: Sendable {
  private var keys: Set<UInt64> = []
  /// In order of arrival, as a ring once the bound is reached.
  private var order: [UInt64] = []
  private var oldest = 0

  /// Whether the key is new.
  mutating func insert(_ key: UInt64) -> Bool {
    guard keys.insert(key).inserted else { return false }
    if order.count < ScoringBounds.trialsPerSubject {
      order.append(key)
    } else {
      keys.remove(order[oldest])
      order[oldest] = key
      oldest = (oldest + 1) % order.count
    }
    return true
  }

  func contains(_ key: UInt64) -> Bool { keys.contains(key) }
}
