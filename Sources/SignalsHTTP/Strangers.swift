internal import Access
internal import MeshModel
internal import Synchronization

/// Counts what failed by the address it came from, so that nobody guesses at length.
final class Strangers: Sendable {
  private let budget = Mutex(
    RequestBudget<IPPrefix?>(perSecond: failuresPerSecond, burst: failuresAtOnce))

  func haveRoom(for address: IPPrefix?, at now: Timestamp) -> Bool {
    budget.withLock { $0.hasRoom(for: address, at: now) }
  }

  func failed(_ address: IPPrefix?, at now: Timestamp) {
    _ = budget.withLock { $0.take(address, at: now) }
  }

  /// A wrong secret that a sender tries again and again is one every few seconds.
  private static let failuresPerSecond = 0.2
  private static let failuresAtOnce = 30.0
}
