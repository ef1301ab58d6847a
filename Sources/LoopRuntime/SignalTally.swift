package import Signals

/// What came of what senders delivered, since the start.
package struct SignalTally: Hashable, Sendable {
  package struct Counts: Hashable, Sendable {
    /// Deliveries by the status of their answer.
    package internal(set) var deliveries: [Int: UInt64] = [:]
    /// Signals that were news and are durable.
    package internal(set) var new: UInt64 = 0
    /// Signals that were known.
    package internal(set) var known: UInt64 = 0
    /// Signals that a Flyball told, which are not taken.
    package internal(set) var own: UInt64 = 0
    /// Signals that could not be read, and those beyond the bound of a delivery.
    package internal(set) var unread: UInt64 = 0
  }

  /// By the sender's configured name.
  package private(set) var senders: [String: Counts] = [:]

  package mutating func count(_ status: Int, of sender: String) {
    senders[sender, default: Counts()].deliveries[status, default: 0] += 1
  }

  package mutating func count(
    _ answer: DeliveryAnswer, _ reading: SignalReading, of sender: String
  ) {
    count(answer.status, of: sender)
    guard case .accepted(let new, let known) = answer else { return }
    senders[sender]?.new += UInt64(clamping: new)
    senders[sender]?.known += UInt64(clamping: known)
    senders[sender]?.own += UInt64(clamping: reading.own)
    senders[sender]?.unread += UInt64(
      clamping: reading.refused.count - reading.own + reading.leftOut)
  }
}
