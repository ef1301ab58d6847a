/// The first contacts that one side reported of a subject, remembered so that each counts once.
struct FirstContacts: Sendable {
  private var failures: [UInt64: Bool] = [:]
  /// Keys in order of arrival, as a ring once the bound is reached.
  private var order: [UInt64] = []
  private var oldest = 0

  /// Whether the contact is new.
  mutating func remember(_ key: UInt64, failed: Bool) -> Bool {
    guard failures[key] == nil else { return false }
    if order.count < ScoringBounds.trialsPerSubject {
      order.append(key)
    } else {
      failures[order[oldest]] = nil
      order[oldest] = key
      oldest = (oldest + 1) % order.count
    }
    failures[key] = failed
    return true
  }

  /// Whether the contact is known and failed.
  func failed(_ key: UInt64) -> Bool { failures[key] ?? false }
}
