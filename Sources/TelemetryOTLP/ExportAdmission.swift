internal import Synchronization

/// Bounds the exports that are received at once, in all and for each sender, and with them the memory
/// that their bodies take.
final class ExportAdmission: Sendable {
  private struct State {
    var total = 0
    var bySender: [String: Int] = [:]
  }

  private let state = Mutex(State())

  /// False when there is no room; otherwise `leave` gives it back.
  func enter(_ sender: String) -> Bool {
    state.withLock { state in
      guard state.total < Self.limit, state.bySender[sender, default: 0] < Self.perSender else {
        return false
      }
      state.total += 1
      state.bySender[sender, default: 0] += 1
      return true
    }
  }

  func leave(_ sender: String) {
    state.withLock { state in
      state.total -= 1
      let left = state.bySender[sender, default: 1] - 1
      state.bySender[sender] = left > 0 ? left : nil
    }
  }

  /// Of up to 4 MiB each.
  private static let limit = 32
  private static let perSender = 8
}
