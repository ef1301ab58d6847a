internal import Foundation
internal import GRDB

/// A look at a history file that changes nothing, whether or not a daemon runs on it.
package struct HistoryInspection: Hashable, Sendable {
  /// The last change of the schema that was made.
  package let schema: String
  package let isNewer: Bool
  package let journalMode: String
  /// What SQLite's integrity check names, at most ten; empty where all is well.
  package let damages: [String]
  package let actions: Int
  package let openActions: Int
  package let events: Int

  /// Nil when there is no file.
  package init?(path: String) throws(HistoryError) {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      var configuration = GRDB.Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(2)
      let queue = try DatabaseQueue(path: HistoryFile.address(path), configuration: configuration)
      self = try queue.read { try Self($0) }
      try queue.close()
    } catch {
      throw HistoryError(opening: path, error)
    }
  }

  private init(_ database: Database) throws {
    let migrator = SQLiteHistory.migrator
    schema = try migrator.appliedMigrations(database).last ?? "none"
    isNewer = try migrator.hasBeenSuperseded(database)
    journalMode = try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "unknown"
    damages = try String.fetchAll(database, sql: "PRAGMA integrity_check(10)")
      .filter { $0 != "ok" }
    guard try database.tableExists("action"), try database.tableExists("event") else {
      (actions, openActions, events) = (0, 0, 0)
      return
    }
    actions = try Int.fetchOne(database, sql: "SELECT count(*) FROM action") ?? 0
    openActions =
      try Int.fetchOne(database, sql: "SELECT count(*) FROM action WHERE is_open = 1") ?? 0
    events = try Int.fetchOne(database, sql: "SELECT count(*) FROM event") ?? 0
  }
}
