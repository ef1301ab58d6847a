/// Counts every entry once: received is always scored plus deduplicated plus rejected plus shed
/// plus what waits.
package struct IngestLedger: Hashable, Sendable {
  package private(set) var received: UInt64 = 0
  package private(set) var scored: UInt64 = 0
  /// Came again in an export that had been taken before.
  package private(set) var deduplicated: UInt64 = 0
  package private(set) var rejected: [Rejection: UInt64] = [:]
  package private(set) var shed: [Shedding: UInt64] = [:]

  package init() {}

  /// Entries that were received and are neither scored nor dropped yet.
  package var waiting: UInt64 {
    usable &- scored &- shedTotal
  }

  /// Neither rejected nor a repetition.
  var usable: UInt64 { received &- deduplicated &- rejected.values.reduce(0, &+) }

  package var shedTotal: UInt64 { shed.values.reduce(0, &+) }

  package mutating func countReceived(_ count: Int) {
    received &+= UInt64(count)
  }

  package mutating func countScored(_ count: Int) {
    scored &+= UInt64(count)
  }

  package mutating func countDeduplicated(_ count: Int) {
    deduplicated &+= UInt64(count)
  }

  package mutating func countRejected(_ reason: Rejection) {
    rejected[reason, default: 0] &+= 1
  }

  package mutating func countShed(_ reason: Shedding, _ count: Int) {
    shed[reason, default: 0] &+= UInt64(count)
  }

  package mutating func add(_ other: IngestLedger) {
    received &+= other.received
    scored &+= other.scored
    deduplicated &+= other.deduplicated
    rejected.merge(other.rejected) { $0 &+ $1 }
    shed.merge(other.shed) { $0 &+ $1 }
  }
}
