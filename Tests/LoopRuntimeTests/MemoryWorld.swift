internal import Actuators
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import Synchronization

/// A history and an actuator in memory that share one journal, so that their order shows.
final class MemoryWorld: HistoryStore, Actuator {
  private let journal = Mutex<[String]>([])
  private let newest = Mutex<UInt64>(0)
  private let failing: Bool

  init(failing: Bool = false) {
    self.failing = failing
  }

  struct DiskFull: Error {}

  var lines: [String] { journal.withLock { $0 } }
  func count(_ line: String) -> Int { lines.count { $0 == line } }
  /// Of what was applied or withdrawn last.
  var generation: UInt64 { newest.withLock { $0 } }

  func append(_ entries: [HistoryEntry]) async throws {
    guard !failing else { throw DiskFull() }
    journal.withLock { $0 += entries.map { "record \($0.event)" } }
  }

  func actions(_ filter: ActionFilter, limit: Int) async throws -> [ActionRecord] { [] }
  func actions(_ ids: Set<ActionID>) async throws -> [ActionID: ActionRecord] { [:] }
  func records(_ filter: RecordFilter, limit: Int) async throws -> [NumberedRecord] { [] }
  func exported(
    _ filter: RecordFilter, as format: ExportFormat, limit: Int
  ) async throws -> [ExportedRecord] { [] }
  func action(_ id: ActionID) async throws -> (ActionRecord, [HistoryEvent])? { nil }

  func apply(_ enforcement: Enforcement, generation: UInt64) async {
    newest.withLock { $0 = generation }
    journal.withLock { $0.append("apply \(enforcement.stage.name)") }
  }

  func withdraw(_ action: ActionID, generation: UInt64) async {
    newest.withLock { $0 = generation }
    journal.withLock { $0.append("withdraw") }
  }
}
