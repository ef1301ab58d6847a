package import MeshModel

/// The durable ledger of everything decided.
package protocol HistoryStore: Sendable {
  /// Returns only when every entry is durable; on any error none may be assumed to be.
  func append(_ entries: [HistoryEntry]) async throws
  /// The newest actions first.
  func actions(_ filter: ActionFilter, limit: Int) async throws -> [ActionRecord]
  /// Those of these ids that there are.
  func actions(_ ids: Set<ActionID>) async throws -> [ActionID: ActionRecord]
  func records(_ filter: RecordFilter, limit: Int) async throws -> [NumberedRecord]
  /// The same records, as others read them.
  func exported(
    _ filter: RecordFilter, as format: ExportFormat, limit: Int
  ) async throws -> [ExportedRecord]
  /// One action and its story, oldest event first; nil when there is none.
  func action(_ id: ActionID) async throws -> (ActionRecord, [HistoryEvent])?
}

/// What an earlier process left.
package struct StoredState: Hashable, Sendable {
  /// The open ones, of the closed ones the latest that were in force, and what an operator said no to
  /// of late.
  package var actions: [ActionRecord]
  package var isPaused: Bool

  package init(actions: [ActionRecord], isPaused: Bool) {
    self.actions = actions
    self.isPaused = isPaused
  }
}

/// One line of an action's story.
package struct HistoryEvent: Hashable, Sendable, Codable {
  package var at: Timestamp
  package var event: String
  package var detail: String

  package init(at: Timestamp, event: String, detail: String) {
    self.at = at
    self.event = event
    self.detail = detail
  }
}
