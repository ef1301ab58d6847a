internal import FeedbackLoop
internal import GRDB
internal import MeshModel
internal import Synchronization

/// What a `pruned` record says: how far records may be blank, and how many are.
struct PruneMark: Hashable {
  static let event = "pruned"

  var upTo: Int64
  var total: Int64

  init(upTo: Int64, total: Int64) {
    self.upTo = upTo
    self.total = total
  }

  /// Nil for what `detail` does not write.
  init?(_ detail: String) {
    let words = detail.split(separator: " ")
    guard words.count > 4, let upTo = Int64(words[2].dropLast()), let total = Int64(words[3]) else {
      return nil
    }
    self.init(upTo: upTo, total: total)
    guard detail == self.detail else { return nil }
  }

  var detail: String {
    "up to \(upTo): \(total) records are without text now, by the terms of keeping"
  }
}

/// What is old enough to lose its text, in the order in which it goes.
private struct Prunable {
  var actions: [String]
  /// Records without an action.
  var records: [Int64]
  var mark: PruneMark

  /// All but open actions and what a start reads.
  init(_ database: Database, before limit: Timestamp) throws {
    let kept = try Set(
      SQLiteHistory.closedForRestore.flatMap { which in
        try String.fetchAll(
          database, sql: "SELECT id FROM action \(which)",
          arguments: [ResponsePolicy.selfTestName])
      })
    actions = try String.fetchAll(
      database,
      sql: """
        SELECT id FROM action WHERE is_open = 0 AND proposed_at < ? AND NOT EXISTS (
          SELECT 1 FROM event WHERE action_id = action.id AND at >= ?)
        """, arguments: [limit.microseconds, limit.microseconds]
    ).filter { !kept.contains($0) }
    // Of those without an action a start reads the last word on the pause, and signals in use.
    records = try Int64.fetchAll(
      database,
      sql: """
        SELECT seq FROM event WHERE action_id IS NULL AND pruned = 0 AND at < ?
          AND event <> ? AND seq <> coalesce(
            (SELECT max(seq) FROM event WHERE event IN ('paused', 'resumed')), 0)
          AND seq NOT IN (\(SQLiteHistory.signalsInUse))
        """,
      arguments: [
        limit.microseconds, PruneMark.event, limit.microseconds, limit.microseconds,
      ])
    let row = try Row.fetchOne(
      database, sql: "SELECT max(seq) AS upTo, count(*) AS total FROM event WHERE pruned = 1")
    mark = PruneMark(upTo: row?["upTo"] ?? 0, total: row?["total"] ?? 0)
  }

  mutating func nextBatch() -> (actions: [String], records: [Int64])? {
    guard !actions.isEmpty || !records.isEmpty else { return nil }
    defer {
      actions.removeFirst(min(Self.actionsPerBatch, actions.count))
      records.removeFirst(min(Self.recordsPerBatch, records.count))
    }
    return (
      Array(actions.prefix(Self.actionsPerBatch)), Array(records.prefix(Self.recordsPerBatch))
    )
  }

  private static let actionsPerBatch = 16
  private static let recordsPerBatch = 256
}

extension SQLiteHistory {
  /// Takes the text and bodies of what ended before the instant, and leaves the hashes. What is old is
  /// looked for beside the writer, and goes a batch at a time, so that no write waits long.
  ///
  /// Returns the number of records that lost their text.
  func prune(before limit: Timestamp, at now: Timestamp) async throws -> Int64 {
    var prunable = try await database.read { try Prunable($0, before: limit) }
    let before = prunable.mark.total
    while let batch = prunable.nextBatch() {
      prunable.mark = try await blank(
        actions: batch.actions, records: batch.records, after: prunable.mark, at: now)
    }
    let count = prunable.mark.total - before
    // Moves what is gone out of the write-ahead log, as far as nobody reads; the log's own old pages are
    // written over in time.
    if count > 0 { try await database.writeWithoutTransaction { _ = try $0.checkpoint(.passive) } }
    return count
  }

  private func blank(
    actions: [String], records: [Int64], after mark: PruneMark, at now: Timestamp
  ) async throws -> PruneMark {
    let moved = Mutex(mark)
    try await write { database, head in
      var mark = mark
      // Without it SQLite leaves the text in the file's free pages.
      try database.execute(sql: "PRAGMA secure_delete = ON")
      defer { try? database.execute(sql: "PRAGMA secure_delete = OFF") }  // A setting, not data.
      let ofActions = try actions.flatMap { id in
        try Int64.fetchAll(
          database, sql: "SELECT seq FROM event WHERE action_id = ?", arguments: [id])
      }
      for seq in ofActions + records {
        try database.execute(
          sql: """
            UPDATE event SET action_id = NULL, at = 0, event = '', detail = '', is_intent = 0,
              body_hash = NULL, pruned = 1 WHERE seq = ?
            """, arguments: [seq])
        try database.execute(sql: "DELETE FROM signal WHERE seq = ?", arguments: [seq])
        mark.upTo = max(mark.upTo, seq)
        mark.total += 1
      }
      for id in actions {
        try database.execute(sql: "DELETE FROM action WHERE id = ?", arguments: [id])
      }
      try head.append(
        at: now, action: nil, event: PruneMark.event, detail: mark.detail, body: nil, to: database)
      moved.withLock { [mark] in $0 = mark }
    }
    return moved.withLock { $0 }
  }
}
