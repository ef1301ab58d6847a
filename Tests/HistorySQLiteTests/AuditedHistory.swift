internal import FeedbackLoop
internal import Foundation
internal import GRDB
internal import HistorySQLite
internal import MeshModel
internal import TransparencyLog

/// A folder with a history, its key and its checkpoints, and what an attacker on the machine can do to it.
struct AuditedHistory {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "flyball-audit-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// A copy of the one that all tests share: 1,000 records with a checkpoint each hundred.
  static func filled() async throws -> AuditedHistory {
    try await shared.value.copy()
  }

  private static let shared = Task {
    let history = try AuditedHistory()
    try await history.fill()
    return history
  }

  private init(folder: URL) {
    self.folder = folder
  }

  var path: String { folder.appendingPathComponent("history.db").path }
  var outside: String { folder.appendingPathComponent("checkpoints").path }
  var keyPath: String { folder.appendingPathComponent("key").path }
  var terms: CheckpointTerms { CheckpointTerms(file: outside, key: keyPath) }

  var key: VerifierKey {
    get throws { try HistoryKey(path: keyPath, makeMissing: false).signer.verifier }
  }

  /// Each of 250 actions with four records, ten a transaction, and a checkpoint each hundred.
  private func fill() async throws {
    let history = try SQLiteHistory(path: path)
    let writer = CheckpointWriter(history, terms)
    for batch in 0..<100 {
      var entries: [HistoryEntry] = []
      for number in (batch * 10)..<(batch * 10 + 10) {
        let state: ActionState =
          number % 4 == 3
          ? .closed(.released, at: Timestamp(seconds: Int64(number)))
          : .holding(since: Timestamp(seconds: Int64(number)), calmSince: nil)
        let action = try ActionRecord.sample(UInt64(number / 4), state)
        entries.append(
          HistoryEntry(
            at: Timestamp(seconds: Int64(number)), isIntent: number % 4 == 0,
            action: number % 50 == 49 ? nil : action,
            event: ["intent", "applied", "effective", "released"][number % 4],
            detail: "number \(number)"))
      }
      try await history.append(entries)
      if batch % 10 == 9 { await writer.advance(at: Timestamp(seconds: Int64(batch) * 100)) }
    }
    await writer.advance(at: Timestamp(seconds: 100_000), last: true)
    try history.close()
  }

  func copy() throws -> AuditedHistory {
    let copy = folder.deletingLastPathComponent().appendingPathComponent(
      "flyball-audit-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.copyItem(at: folder, to: copy)
    return AuditedHistory(folder: copy)
  }

  func remove() throws {
    try FileManager.default.removeItem(at: folder)
  }

  func audit(outside file: String?) throws -> AuditReport {
    try HistoryFile(path: path).audit(key: try key, outside: file) { _, _ in }
  }

  func audit() throws -> AuditReport { try audit(outside: outside) }

  /// What an attacker who may write the file does to it.
  func attack(_ sql: String, _ arguments: StatementArguments = []) throws {
    var configuration = GRDB.Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { try $0.execute(sql: sql, arguments: arguments) }
    try queue.close()
  }

  /// The same by one who knows how leaves are made, and makes all of them anew.
  func recomputeLeaves() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { database in
      for row in try Row.fetchAll(database, sql: "SELECT * FROM event WHERE pruned = 0") {
        let record = LogRecord(
          seq: UInt64(row["seq"] as Int64), microseconds: row["at"], isIntent: row["is_intent"],
          action: (row["action_id"] as String?).map { Array($0.utf8) },
          event: Array((row["event"] as String).utf8),
          detail: Array((row["detail"] as String).utf8),
          body: (row["body_hash"] as Data?).flatMap { LogHash($0) })
        try database.execute(
          sql: "UPDATE event SET leaf_hash = ? WHERE seq = ?",
          arguments: [Data(record.leaf.bytes), row["seq"] as Int64])
      }
    }
    try queue.close()
  }
}
