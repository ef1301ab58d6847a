package import FeedbackLoop
package import MeshModel
internal import ServiceLifecycle
package import Signals
internal import Synchronization

/// A history whose followers are woken when something new is durable, and every fifteen seconds.
///
/// It keeps nothing of what they follow: each reads the history at its own pace, so one that is slow
/// costs no memory and holds nobody up.
package final class RecordFeed: HistoryStore, SignalStore, Service {
  private let history: any HistoryStore & SignalStore
  private let state = Mutex(State())

  private struct State {
    var bells: [Int: AsyncStream<Void>.Continuation] = [:]
    var begun = 0
    var isFinished = false
  }

  package struct Follower: Sendable {
    /// One for all that came since the last.
    package let wakes: AsyncStream<Void>
    /// Says that it went away.
    package let end: @Sendable () -> Void
  }

  package init(_ history: any HistoryStore & SignalStore) {
    self.history = history
  }

  package func append(_ entries: [HistoryEntry]) async throws {
    try await history.append(entries)
    ring()
  }

  package func append(_ entries: [SignalEntry]) async throws {
    try await history.append(entries)
    ring()
  }

  package func restore(
    _ desk: SignalDesk, since instant: Timestamp,
    where isWanted: @escaping @Sendable (SignalEntry) -> Bool
  ) async throws -> SignalDesk {
    try await history.restore(desk, since: instant, where: isWanted)
  }

  package func actions(_ filter: ActionFilter, limit: Int) async throws -> [ActionRecord] {
    try await history.actions(filter, limit: limit)
  }

  package func actions(_ ids: Set<ActionID>) async throws -> [ActionID: ActionRecord] {
    try await history.actions(ids)
  }

  package func action(_ id: ActionID) async throws -> (ActionRecord, [HistoryEvent])? {
    try await history.action(id)
  }

  package func records(_ filter: RecordFilter, limit: Int) async throws -> [NumberedRecord] {
    try await history.records(filter, limit: limit)
  }

  package func exported(
    _ filter: RecordFilter, as format: ExportFormat, limit: Int
  ) async throws -> [ExportedRecord] {
    try await history.exported(filter, as: format, limit: limit)
  }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      while true {
        try await Task.sleep(for: .seconds(15))
        self.ring()
      }
    }
    let bells = state.withLock { state in
      state.isFinished = true
      return state.bells.values.map(\.self)
    }
    for bell in bells { bell.finish() }
  }

  /// Nil when there are too many.
  package func follow() -> Follower? {
    let (stream, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let number: Int? = state.withLock { state in
      guard state.bells.count < Self.maximumFollowers, !state.isFinished else { return nil }
      state.begun += 1
      state.bells[state.begun] = bell
      return state.begun
    }
    guard let number else { return nil }
    bell.onTermination = { [self] _ in
      _ = state.withLock { $0.bells.removeValue(forKey: number) }
    }
    return Follower(wakes: stream, end: { bell.finish() })
  }

  private func ring() {
    for bell in state.withLock({ Array($0.bells.values) }) { bell.yield() }
  }

  private static let maximumFollowers = 64
}
