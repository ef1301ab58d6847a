/// Counts every entry once: received is always scored plus rejected.
package struct IngestLedger: Hashable, Sendable {
  package private(set) var received: UInt64 = 0
  package private(set) var scored: UInt64 = 0
  package private(set) var rejected: [Rejection: UInt64] = [:]

  package init() {}

  package mutating func countScored(_ count: Int) {
    received &+= UInt64(count)
    scored &+= UInt64(count)
  }

  package mutating func countRejected(_ reason: Rejection) {
    received &+= 1
    rejected[reason, default: 0] &+= 1
  }

  package mutating func add(_ other: IngestLedger) {
    received &+= other.received
    scored &+= other.scored
    rejected.merge(other.rejected) { $0 &+ $1 }
  }
}
