internal import Synchronization

/// A receiver of CloudEvents that may be unwell at first.
final class EventInbox: Sendable {
  private let state: Mutex<(bodies: [String], isWell: Bool)>

  init(isWell: Bool) {
    state = Mutex((bodies: [], isWell: isWell))
  }

  /// The status of the answer.
  func take(_ body: [UInt8]) -> Int {
    state.withLock { state in
      state.bodies.append(String(decoding: body, as: UTF8.self))
      return state.isWell ? 200 : 503
    }
  }

  func mend() {
    state.withLock { $0.isWell = true }
  }

  /// Those of one kind, in the order of their coming.
  func events(_ kind: String) -> [String] {
    state.withLock { state in
      state.bodies.filter { $0.contains("\"type\":\"dev.flyball.\(kind)\"") }
    }
  }
}
