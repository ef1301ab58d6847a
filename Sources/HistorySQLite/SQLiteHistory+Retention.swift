internal import FeedbackLoop
internal import GRDB
internal import MeshModel

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

extension SQLiteHistory {
  /// Takes the text and bodies of what ended before the instant, and leaves the hashes. Open actions stay,
  /// and closed ones that a start reads. A batch at a time, so that no write waits long.
  ///
  /// Returns the number of records that lost their text.
  func prune(before limit: Timestamp, at now: Timestamp) async throws -> Int {
    var count = 0
    while true {
      let batch = try await pruneBatch(before: limit, at: now)
      count += batch
      if batch == 0 { break }
    }
    // Moves what is gone out of the write-ahead log, as far as nobody reads; the log's own old pages are
    // written over in time.
    if count > 0 { try await database.writeWithoutTransaction { _ = try $0.checkpoint(.passive) } }
    return count
  }

  private func pruneBatch(before limit: Timestamp, at now: Timestamp) async throws -> Int {
    let pruned = Counter()
    try await write { database, head in
      // Without it SQLite leaves the text in the file's free pages.
      try database.execute(sql: "PRAGMA secure_delete = ON")
      defer { try? database.execute(sql: "PRAGMA secure_delete = OFF") }  // A setting, not data.
      pruned.value = 0
      let kept = try Set(
        Self.closedForRestore.flatMap { which in
          try String.fetchAll(
            database, sql: "SELECT id FROM action \(which)",
            arguments: [ResponsePolicy.selfTestName])
        })
      let old = try String.fetchAll(
        database,
        sql: """
          SELECT id FROM action WHERE is_open = 0 AND proposed_at < ? AND NOT EXISTS (
            SELECT 1 FROM event WHERE action_id = action.id AND at >= ?)
          ORDER BY proposed_at
          """, arguments: [limit.microseconds, limit.microseconds]
      ).filter { !kept.contains($0) }.prefix(Self.actionsPerBatch)
      for id in old {
        try database.execute(
          sql: Self.blank + " WHERE action_id = ?", arguments: [id])
        pruned.value += database.changesCount
        try database.execute(sql: "DELETE FROM action WHERE id = ?", arguments: [id])
      }
      // What a start reads of those without an action is the last word on the pause.
      try database.execute(
        sql: Self.blank + """
           WHERE seq IN (
            SELECT seq FROM event WHERE action_id IS NULL AND pruned = 0 AND at < ?
              AND event <> ? AND seq <> coalesce(
                (SELECT max(seq) FROM event WHERE event IN ('paused', 'resumed')), 0)
            ORDER BY seq LIMIT ?)
          """,
        arguments: [limit.microseconds, PruneMark.event, Self.eventsPerBatch])
      pruned.value += database.changesCount
      guard pruned.value > 0 else { return }
      let row = try Row.fetchOne(
        database, sql: "SELECT max(seq) AS upTo, count(*) AS total FROM event WHERE pruned = 1")
      let mark = PruneMark(upTo: row?["upTo"] ?? 0, total: row?["total"] ?? 0)
      try head.append(
        at: now, action: nil, event: PruneMark.event, detail: mark.detail, body: nil, to: database)
    }
    return pruned.value
  }

  private static let blank = """
    UPDATE event SET action_id = NULL, at = 0, event = '', detail = '', is_intent = 0,
      body_hash = NULL, pruned = 1
    """
  private static let actionsPerBatch = 64
  private static let eventsPerBatch = 1_000
}
