package import FeedbackLoop
internal import Foundation
internal import GRDB
internal import LockFile
package import MeshModel
internal import Synchronization
internal import TransparencyLog

/// The history in one SQLite file: write-ahead log, synchronous FULL, one process at a time.
///
/// Table `action` holds each action as it last was, table `event` every change, each a leaf of a Merkle tree
/// (`LogRecord`) whose right edge is in memory. After a failed write nothing more is written: a failed sync may have lost pages that a retry would not see. Which
/// actions were withdrawn or stepped down since is noted in a file of its own, and that is not enforced again.
package final class SQLiteHistory: HistoryStore, Sendable {
  let database: DatabasePool
  private let head: Mutex<LogHead>
  private let lock: LockFile
  let failure = FailureLatch()
  private let note: WithdrawalNote?

  /// Opens or makes the file. Fails when it is in use, damaged, newer than this program, or when
  /// SQLite does not confirm the durability settings.
  package init(path: String) throws(HistoryError) {
    do {
      lock = try LockFile(for: path)
    } catch {
      throw HistoryError(locking: path, error)
    }
    note = WithdrawalNote(beside: path)
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(2)
      database = try DatabasePool(path: path, configuration: configuration)
      try Self.refuseNewer(database, path: path)
      try Self.migrator.migrate(database)
      // GRDB opens its writer with NORMAL, which may lose the last commits with the power.
      let (journal, synchronous) = try database.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        return (
          try String.fetchOne(database, sql: "PRAGMA journal_mode"),
          try Int.fetchOne(database, sql: "PRAGMA synchronous")
        )
      }
      guard journal == "wal", synchronous == 2 else {
        throw HistoryError(
          code: .notDurable,
          message: "\(path): journal_mode is \(journal ?? "unknown") and synchronous is "
            + "\(synchronous.map(String.init) ?? "unknown"); need wal and 2 (FULL)")
      }
      head = Mutex(try database.read { try LogHead($0) })
    } catch let error as HistoryError {
      throw error
    } catch {
      throw HistoryError(opening: path, error)
    }
  }

  package func append(_ entries: [HistoryEntry]) async throws {
    if let earlier = failure.reason {
      throw failed("an earlier write failed: \(earlier)", entries)
    }
    do {
      try await write { database, head in
        for entry in entries { try Self.insert(entry, database, &head) }
      }
    } catch {
      failure.set("\(error)")
      throw failed("write failed: \(error)", entries)
    }
  }

  /// One transaction; the head moves on when it is committed, before the next one begins.
  func write(
    _ body: @Sendable @escaping (Database, inout LogHead) throws -> Void
  ) async throws {
    if let earlier = failure.reason {
      throw HistoryError(code: .writeFailed, message: "an earlier write failed: \(earlier)")
    }
    try await database.writeWithoutTransaction { [self] database in
      var moved = head.withLock { $0 }
      try database.inTransaction {
        try body(database, &moved)
        return .commit
      }
      head.withLock { [moved] in $0 = moved }
    }
  }

  /// How many records there are, and the root over them.
  var tip: (size: UInt64, root: LogHash) {
    let frontier = head.withLock { $0.frontier }
    return (frontier.size, frontier.root)
  }

  private func failed(_ message: String, _ entries: [HistoryEntry]) -> HistoryError {
    let descents = entries.compactMap { UnrecordedDescent($0) }
    guard !descents.isEmpty else { return HistoryError(code: .writeFailed, message: message) }
    return note?.add(descents) == true
      ? HistoryError(code: .noted, message: message)
      : HistoryError(
        code: .writeFailed,
        message: message + "; nor could be noted what was withdrawn: after a restart it is enforced"
          + " again, until its deadline")
  }

  package func storedState() async throws -> StoredState {
    try await database.read { database in
      let open = try Data.fetchAll(
        database, sql: "SELECT body FROM action WHERE is_open = 1 ORDER BY id")
      // What cannot be read of the past is no reason not to start.
      let closed = try Self.closedForRestore.flatMap { which in
        try Data.fetchAll(
          database, sql: "SELECT body FROM action \(which)",
          arguments: [ResponsePolicy.selfTestName])
      }
      let last = try String.fetchOne(
        database,
        sql: """
          SELECT event FROM event WHERE event IN ('paused', 'resumed')
          ORDER BY seq DESC LIMIT 1
          """)
      return StoredState(
        actions: try withdrawing(open.map { try JSONDecoder().decode(ActionRecord.self, from: $0) })
          + closed.compactMap { try? JSONDecoder().decode(ActionRecord.self, from: $0) },
        isPaused: last == "paused")
    }
  }

  /// Of the closed actions, those that a start reads: neither clients nor self-tests must push out
  /// workloads, and what was in force no operator's no.
  static let closedForRestore =
    [("NOT LIKE", 400), ("LIKE", 100)].map { like, limit in
      """
      WHERE state IN ('released', 'failed', 'expired') AND policy <> ?
        AND subject \(like) '% at %' ORDER BY proposed_at DESC LIMIT \(limit)
      """
    } + [
      // What waits for an operator does so for a day at most, and no cooldown is longer. Text within a
      // body cannot read like this: its quotes are escaped.
      """
      WHERE state = 'refused' AND policy <> ? AND subject NOT LIKE '% at %'
        AND proposed_at >= (SELECT max(proposed_at) FROM action) - 172800000000
        AND instr(body, CAST('"rejected":{"by":' AS BLOB)) > 0
        ORDER BY proposed_at DESC LIMIT 400
      """
    ]

  /// Those that were withdrawn, or stepped down, without a record go on with that.
  private func withdrawing(_ open: [ActionRecord]) -> [ActionRecord] {
    guard let note else { return open }
    let noted = note.entries
    let needed = open.filter { action in noted[action.id].map { !action.tells(of: $0) } ?? false }
    note.keep(only: Set(needed.map(\.id)))
    return open.map { action in
      guard let descent = noted[action.id], !action.tells(of: descent) else { return action }
      return action.onItsWay(descent)
    }
  }

  package func action(_ id: ActionID) async throws -> (ActionRecord, [HistoryEvent])? {
    try await database.read { database in
      guard
        let body = try Data.fetchOne(
          database, sql: "SELECT body FROM action WHERE id = ?", arguments: [id.description])
      else { return nil }
      let events = try Row.fetchAll(
        database, sql: "SELECT at, event, detail FROM event WHERE action_id = ? ORDER BY seq",
        arguments: [id.description]
      ).map { row in
        HistoryEvent(
          at: Timestamp(microseconds: row["at"] ?? 0), event: row["event"] ?? "",
          detail: row["detail"] ?? "")
      }
      return (try JSONDecoder().decode(ActionRecord.self, from: body), events)
    }
  }

  package func close() throws {
    try database.close()
  }

  private static func insert(
    _ entry: HistoryEntry, _ database: Database, _ head: inout LogHead
  ) throws {
    var body: Data?
    if let action = entry.action {
      let encoded = try JSONEncoder().encode(action)
      body = encoded
      try database.execute(
        sql: """
          INSERT INTO action (id, subject, policy, state, is_open, proposed_at, body)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET
            state = excluded.state, is_open = excluded.is_open, body = excluded.body
          """,
        arguments: [
          action.id.description, action.subject.description, action.policy, action.state.name,
          !action.state.isClosed, action.proposedAt.microseconds,
          encoded,
        ])
    }
    try head.append(
      at: entry.at, isIntent: entry.isIntent, action: entry.action?.id.description,
      event: entry.event, detail: entry.detail, body: body, to: database)
  }

  private static func refuseNewer(_ database: DatabasePool, path: String) throws {
    guard try database.read({ try migrator.hasBeenSuperseded($0) }) else { return }
    throw HistoryError(
      code: .newer, message: "\(path) was written by a newer flyball; run that one")
  }
}
