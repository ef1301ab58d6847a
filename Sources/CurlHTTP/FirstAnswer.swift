internal import Synchronization

/// The first of several answers that race for one task; those after it are dropped.
package final class FirstAnswer<Value: Sendable>: Sendable {
  private let state = Mutex(State.open)

  private enum State {
    case open
    case awaited(CheckedContinuation<Value, Never>)
    case given(Value)
    case taken
  }

  package init() {}

  /// To be called once.
  package func wait() async -> Value {
    await withCheckedContinuation { continuation in
      let given = state.withLock { state -> Value? in
        guard case .given(let value) = state else {
          state = .awaited(continuation)
          return nil
        }
        state = .taken
        return value
      }
      if let given { continuation.resume(returning: given) }
    }
  }

  /// Says whether it is the first.
  @discardableResult
  package func give(_ value: Value) -> Bool {
    state.withLock { state in
      switch state {
      case .open: state = .given(value)
      case .awaited(let continuation):
        state = .taken
        continuation.resume(returning: value)
      case .given, .taken: return false
      }
      return true
    }
  }
}
