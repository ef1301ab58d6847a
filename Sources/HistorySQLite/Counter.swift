internal import Synchronization

/// A number that a transaction hands out of its closure.
final class Counter: Sendable {
  private let state = Mutex(0)

  var value: Int {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
