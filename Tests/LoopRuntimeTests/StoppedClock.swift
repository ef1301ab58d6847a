internal import MeshModel
internal import Synchronization

/// A clock that stands until it is moved.
final class StoppedClock: Sendable {
  private let instant = Mutex(Timestamp(seconds: 1_000))
  var now: Timestamp { instant.withLock { $0 } }
  func advance(seconds: Int64) {
    instant.withLock { $0 = $0.adding(milliseconds: seconds * 1_000) }
  }
}
