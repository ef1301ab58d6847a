internal import MeshModel
internal import Signals
internal import Synchronization

/// A store of signals that does as it is told.
final class SignalMemory: SignalStore {
  enum Mode { case works, fails, hangs }

  private let state: Mutex<(mode: Mode, entries: [SignalEntry])>

  init(_ mode: Mode, _ entries: [SignalEntry] = []) {
    state = Mutex((mode, entries))
  }

  struct DiskFull: Error {}

  var entries: [SignalEntry] { state.withLock { $0.entries } }

  func append(_ entries: [SignalEntry]) async throws {
    switch state.withLock({ $0.mode }) {
    case .works: state.withLock { $0.entries += entries }
    case .fails: throw DiskFull()
    case .hangs: try await Task.sleep(for: .seconds(60))
    }
  }

  func restore(
    _ desk: SignalDesk, since instant: Timestamp, where isWanted: (SignalEntry) -> Bool
  ) async throws -> SignalDesk {
    var desk = desk
    for entry in entries where isWanted(entry) { desk.restore(entry) }
    return desk
  }
}
