internal import Foundation
internal import GRDB
internal import TransparencyLog

/// A row of table `event`, byte for byte: as text, bytes that are no UTF-8 would look like others.
struct StoredRecord {
  let seq: Int64
  let microseconds: Int64
  private let intent: Int64
  private let action: Data?
  private let event: Data
  private let detail: Data
  private let bodyHash: Data?
  private let leafHash: Data
  private let pruned: Int64

  static let query = """
    SELECT seq, at, is_intent, CAST(action_id AS BLOB) AS action_id, CAST(event AS BLOB) AS event,
      CAST(detail AS BLOB) AS detail, body_hash, leaf_hash, pruned FROM event
    """

  init(_ row: Row) {
    // All but the action and the body's hash are NOT NULL, and the table is STRICT.
    seq = row["seq"] ?? 0
    microseconds = row["at"] ?? 0
    intent = row["is_intent"] ?? -1
    action = row["action_id"]
    event = row["event"] ?? Data()
    detail = row["detail"] ?? Data()
    bodyHash = row["body_hash"]
    leafHash = row["leaf_hash"] ?? Data()
    pruned = row["pruned"] ?? -1
  }

  var isPruned: Bool { pruned != 0 }

  /// Whether nothing but the leaf's hash is left, as it must be of a pruned record.
  var isBlank: Bool {
    pruned == 1 && microseconds == 0 && intent == 0 && action == nil && event.isEmpty
      && detail.isEmpty && bodyHash == nil
  }

  /// Nil when no record is stored so.
  var record: LogRecord? {
    guard pruned == 0, seq > 0, intent == 0 || intent == 1 else { return nil }
    var body: LogHash?
    if let bodyHash {
      guard let hash = LogHash(bodyHash) else { return nil }
      body = hash
    }
    return LogRecord(
      seq: UInt64(seq), microseconds: microseconds, isIntent: intent == 1,
      action: action.map { Array($0) }, event: Array(event), detail: Array(detail), body: body)
  }

  var leaf: LogHash? { LogHash(leafHash) }
  var eventText: String { String(decoding: event, as: UTF8.self) }
  var detailText: String { String(decoding: detail, as: UTF8.self) }
  var actionText: String? { action.map { String(decoding: $0, as: UTF8.self) } }
}
