internal import Foundation
internal import GRDB
internal import TransparencyLog

/// A history that is only read, also beside a daemon that writes it.
package struct HistoryFile: Sendable {
  let queue: DatabaseQueue

  package init(path: String) throws(HistoryError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw HistoryError(code: .cannotOpen, message: "\(path): there is no such file")
    }
    do {
      var configuration = GRDB.Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(2)
      queue = try DatabaseQueue(path: Self.address(path), configuration: configuration)
    } catch {
      throw HistoryError(opening: path, error)
    }
  }

  /// One view of everything, whatever is written meanwhile.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try queue.read(body)
  }

  /// Without a write-ahead log nobody is writing, and SQLite is told so: it would make one.
  static func address(_ path: String) -> String {
    let url = URL(fileURLWithPath: path).absoluteString
    return FileManager.default.fileExists(atPath: path + "-wal")
      ? url + "?mode=ro" : url + "?mode=ro&immutable=1"
  }

  /// The hashes of all records, oldest first.
  static func leaves(_ database: Database) throws -> [LogHash] {
    var leaves: [LogHash] = []
    let rows = try Data.fetchCursor(database, sql: "SELECT leaf_hash FROM event ORDER BY seq")
    while let bytes = try rows.next() { leaves.append(LogHash(bytes) ?? .empty) }
    return leaves
  }
}
