internal import Access
internal import MeshModel
internal import Synchronization

/// Counts what failed by the address it came from, so that nobody guesses at length; and bodies that are
/// being read, whose senders may not be proved yet.
final class Strangers: Sendable {
  private let budget = Mutex(
    RequestBudget<IPPrefix?>(perSecond: failuresPerSecond, burst: failuresAtOnce))

  private let bodies = Mutex(0)

  /// Whether one body more may be read, until `leave`.
  func enter() -> Bool {
    bodies.withLock { count in
      guard count < Self.bodiesAtOnce else { return false }
      count += 1
      return true
    }
  }

  func leave() { bodies.withLock { $0 -= 1 } }

  func haveRoom(for address: IPPrefix?, at now: Timestamp) -> Bool {
    budget.withLock { $0.hasRoom(for: address, at: now) }
  }

  func failed(_ address: IPPrefix?, at now: Timestamp) {
    _ = budget.withLock { $0.take(address, at: now) }
  }

  /// A wrong secret that a sender tries again and again is one every few seconds.
  private static let failuresPerSecond = 0.2
  private static let failuresAtOnce = 30.0
  /// Bodies of 1 MiB at most.
  private static let bodiesAtOnce = 32
}
