internal import Foundation
internal import GRDB
internal import MeshModel
internal import TransparencyLog

/// Where the history ends: the last record's number, and the edge of the tree over all of them.
struct LogHead: Sendable {
  private(set) var frontier = LogFrontier()
  private(set) var lastSeq: Int64 = 0

  /// Reads every leaf's hash. One that is none counts as one that fits nothing: checkpoints then disagree.
  init(_ database: Database) throws {
    let rows = try Row.fetchCursor(database, sql: "SELECT seq, leaf_hash FROM event ORDER BY seq")
    while let row = try rows.next() {
      lastSeq = row["seq"] ?? lastSeq
      frontier.append((row["leaf_hash"] as Data?).flatMap { LogHash($0) } ?? .empty)
    }
  }

  /// Fails when the number is taken: then somebody else wrote.
  mutating func append(
    at: Timestamp, isIntent: Bool = false, action: String?, event: String, detail: String,
    body: Data?, to database: Database
  ) throws {
    let event = Self.storable(event)
    let detail = Self.storable(detail)
    let bodyHash = body.map { LogHash(plain: Array($0)) }
    let seq = lastSeq &+ 1
    let leaf = LogRecord(
      seq: UInt64(bitPattern: seq), microseconds: at.microseconds, isIntent: isIntent,
      action: action.map { Array($0.utf8) }, event: Array(event.utf8),
      detail: Array(detail.utf8), body: bodyHash
    ).leaf
    try database.execute(
      sql: """
        INSERT INTO event (seq, action_id, at, event, detail, is_intent, body_hash, leaf_hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        seq, action, at.microseconds, event, detail, isIntent,
        bodyHash.map { Data($0.bytes) }, Data(leaf.bytes),
      ])
    lastSeq = seq
    frontier.append(leaf)
  }

  /// SQLite would store a text only up to its first zero byte.
  private static func storable(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(text.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : Character($0) })
  }
}
