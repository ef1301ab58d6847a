internal import Synchronization

/// Remembers the first failure for good.
final class FailureLatch: Sendable {
  private let state = Mutex<String?>(nil)

  var reason: String? { state.withLock { $0 } }

  func set(_ reason: String) {
    state.withLock { $0 = $0 ?? reason }
  }
}
