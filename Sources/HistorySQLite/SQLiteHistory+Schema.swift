internal import Foundation
internal import GRDB
internal import TransparencyLog

extension SQLiteHistory {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
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
          """)
    }
    migrator.registerMigration("2") { database in
      try database.execute(
        sql: """
          ALTER TABLE event ADD COLUMN body_hash BLOB;
          ALTER TABLE event ADD COLUMN leaf_hash BLOB NOT NULL DEFAULT x'';
          ALTER TABLE event ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0;
          CREATE TABLE checkpoint (
            size INTEGER NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL,
            PRIMARY KEY (size, note)
          ) STRICT;
          """)
      try fillLeaves(database)
    }
    migrator.registerMigration("3") { database in
      try database.execute(
        sql: """
          CREATE INDEX action_proposed ON action (proposed_at DESC, id);
          """)
    }
    migrator.registerMigration("4") { database in
      try database.execute(
        sql: """
          CREATE TABLE signal (
            seq INTEGER PRIMARY KEY REFERENCES event (seq), sender TEXT NOT NULL,
            signal_id TEXT NOT NULL, change TEXT NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL
          ) STRICT;
          CREATE INDEX signal_at ON signal (at);
          CREATE INDEX signal_story ON signal (sender, signal_id, seq);
          """)
    }
    return migrator
  }

  /// Of an action's records only the last is known to have stored the body that is there.
  private static func fillLeaves(_ database: Database) throws {
    let bodies = try Row.fetchCursor(
      database,
      sql: """
        SELECT (SELECT max(seq) FROM event WHERE action_id = action.id) AS seq, body FROM action
        """)
    while let row = try bodies.next() {
      guard let seq = row["seq"] as Int64?, let body = row["body"] as Data? else { continue }
      try database.execute(
        sql: "UPDATE event SET body_hash = ? WHERE seq = ?",
        arguments: [Data(LogHash(plain: Array(body)).bytes), seq])
    }
    // A cursor over a table that is written meanwhile may see a row twice.
    var last: Int64 = 0
    while true {
      let rows = try Row.fetchAll(
        database, sql: StoredRecord.query + " WHERE seq > ? ORDER BY seq LIMIT 1000",
        arguments: [last])
      guard !rows.isEmpty else { return }
      for row in rows {
        let stored = StoredRecord(row)
        last = stored.seq
        guard let record = stored.record else { continue }  // An altered row stays without a hash.
        try database.execute(
          sql: "UPDATE event SET leaf_hash = ? WHERE seq = ?",
          arguments: [Data(record.leaf.bytes), stored.seq])
      }
    }
  }
}
