internal import FeedbackLoop
internal import Foundation
internal import GRDB
internal import HistorySQLite
internal import MeshModel
internal import Testing
internal import TransparencyLog

struct UpgradeTests {
  private static let schemaOne = """
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES ('1');
    CREATE TABLE action (
      id TEXT PRIMARY KEY NOT NULL, subject TEXT NOT NULL, policy TEXT NOT NULL,
      state TEXT NOT NULL, is_open INTEGER NOT NULL, proposed_at INTEGER NOT NULL,
      body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX action_open ON action (is_open);
    CREATE TABLE event (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, action_id TEXT REFERENCES action (id),
      at INTEGER NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL,
      is_intent INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX event_action ON event (action_id);
    INSERT INTO event (at, event, detail, is_intent) VALUES (1, 'load', 'NORMAL to HOLD', 0);
    """

  private static func old(_ folder: AuditedHistory) throws -> ActionRecord {
    let action = try ActionRecord.sample(
      1, .holding(since: Timestamp(seconds: 2), calmSince: nil))
    let queue = try DatabaseQueue(path: folder.path)
    try queue.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: schemaOne)
      try database.execute(
        sql: "INSERT INTO action VALUES (?, ?, 'p', 'holding', 1, ?, ?)",
        arguments: [
          action.id.description, action.subject.description, action.proposedAt.microseconds,
          try JSONEncoder().encode(action),
        ])
      for (at, event) in [(2, "intent"), (3, "applied"), (4, "effective")] {
        try database.execute(
          sql: """
            INSERT INTO event (action_id, at, event, detail, is_intent) VALUES (?, ?, ?, 'd', 0)
            """, arguments: [action.id.description, at, event])
      }
    }
    try queue.close()
    return action
  }

  @Test("a history of the first schema keeps what it holds, and all of it is signed from then on")
  func upgrade() async throws {
    let folder = try AuditedHistory()
    let action = try Self.old(folder)
    let history = try SQLiteHistory(path: folder.path)
    #expect(try await history.storedState().actions == [action])
    let story = try #require(try await history.action(action.id)).1
    #expect(story.map(\.event) == ["intent", "applied", "effective"])
    var next = action
    next.state = .closed(.released, at: Timestamp(seconds: 9))
    try await history.append([
      HistoryEntry(at: Timestamp(seconds: 9), action: next, event: "released", detail: "d")
    ])
    await CheckpointWriter(history, folder.terms).advance(at: Timestamp(seconds: 9))
    try history.close()
    let report = try folder.audit()
    #expect(report.isGood && report.records == 5 && report.covered == 5, "\(report.findings)")
    try folder.attack("UPDATE event SET detail = 'x' WHERE seq = 2")
    #expect(!(try folder.audit().isGood))
    try folder.remove()
  }

  @Test("after the upgrade an action's state is bound to the record that was its last then")
  func bound() async throws {
    let folder = try AuditedHistory()
    _ = try Self.old(folder)
    let history = try SQLiteHistory(path: folder.path)
    await CheckpointWriter(history, folder.terms).advance(at: Timestamp(seconds: 9))
    try history.close()
    #expect(try folder.audit().isGood)
    try folder.attack(
      "UPDATE action SET body = CAST(replace(CAST(body AS TEXT), 'failures', 'failings') AS BLOB)")
    #expect(try folder.audit().findings.count == 1)
    try folder.remove()
  }

  @Test("a history of the first schema is not audited before a start brought it up to date")
  func before() throws {
    let folder = try AuditedHistory()
    _ = try Self.old(folder)
    _ = try HistoryKey(path: folder.keyPath, makeMissing: true)
    let error = #expect(throws: HistoryError.self) { try folder.audit(outside: nil) }
    #expect(error?.message.contains("schema 1") == true)
    try folder.remove()
  }
}
