package import FeedbackLoop
internal import Foundation
internal import GRDB
package import MeshModel
package import TransparencyLog

/// A record as it is shown and exported, with the action as it is today.
package struct ShownRecord: Sendable {
  package let seq: Int64
  package let at: Timestamp
  package let action: String?
  package let event: String
  package let detail: String
  package let isIntent: Bool
  package let bodyHash: String?
  package let leafHash: String
  /// The action's state after its last record; nil without one.
  package let current: ActionRecord?

  /// Nil of a record whose text is gone, or that is none.
  init?(_ stored: StoredRecord, _ current: ActionRecord?) {
    guard let record = stored.record else { return nil }
    seq = stored.seq
    at = Timestamp(microseconds: stored.microseconds)
    action = stored.actionText
    event = stored.eventText
    detail = stored.detailText
    isIntent = record.isIntent
    bodyHash = record.body?.hexadecimal
    leafHash = stored.leaf?.hexadecimal ?? ""
    self.current = current
  }
}

extension HistoryFile {
  /// Hands over the records of that time, oldest first, without those whose text is gone. The latter's number
  /// is returned.
  package func records(
    since: Timestamp?, until: Timestamp?, _ body: (ShownRecord) throws -> Void
  ) throws -> Int {
    try read { database in
      var gone = 0
      let rows = try Row.fetchCursor(
        database,
        sql: StoredRecord.query + """
           WHERE (pruned <> 0) OR (at >= ? AND at < ?) ORDER BY seq
          """,
        arguments: [since?.microseconds ?? .min, until?.microseconds ?? .max])
      var known: (id: String, action: ActionRecord?)?
      while let row = try rows.next() {
        let stored = StoredRecord(row)
        if !stored.isPruned, let id = stored.actionText, known?.id != id {
          known = (id, try Self.action(id, database))
        }
        guard
          let record = ShownRecord(
            stored, stored.actionText == nil ? nil : known?.action)
        else {
          gone += 1
          continue
        }
        try body(record)
      }
      return gone
    }
  }

  /// Proofs of all records of an action, or of the one record of that number, by the newest checkpoint of the
  /// key.
  ///
  /// Returns none where there is no such record, and throws where no checkpoint holds them yet.
  package func proofs(of name: String, signedBy key: VerifierKey) throws -> [RecordProof] {
    try read { database in
      let rows =
        if let seq = Int64(name) {
          try Row.fetchAll(
            database, sql: StoredRecord.query + " WHERE seq = ?", arguments: [seq])
        } else {
          try Row.fetchAll(
            database, sql: StoredRecord.query + " WHERE action_id = ? ORDER BY seq",
            arguments: [name])
        }
      let records = rows.compactMap { StoredRecord($0).record }
      guard !records.isEmpty else { return [] }
      guard let (note, checkpoint) = try Self.newestCheckpoint(database, signedBy: key) else {
        throw HistoryError(code: .badCheckpoints, message: "no checkpoint of this key is stored")
      }
      let tree = LogTree(leaves: try Self.leaves(database))
      return try records.map { record in
        // Numbers count from one, and without gaps.
        guard record.seq <= checkpoint.size, let size = Int(exactly: checkpoint.size),
          let path = tree.inclusionProof(of: Int(record.seq - 1), at: size)
        else {
          throw HistoryError(
            code: .badCheckpoints,
            message: "record \(record.seq) is younger than the newest checkpoint, of"
              + " \(checkpoint.size) records")
        }
        return RecordProof(
          record: record.bytes, index: record.seq - 1, path: path, note: note)
      }
    }
  }

  /// The newest one that is this key's; of another key there may be older ones.
  static func newestCheckpoint(
    _ database: Database, signedBy key: VerifierKey
  ) throws -> (note: SignedNote, checkpoint: Checkpoint)? {
    let notes = try String.fetchCursor(
      database, sql: "SELECT note FROM checkpoint ORDER BY size DESC")
    while let text = try notes.next() {
      let note = try SignedNote(parsing: Array(text.utf8))
      if note.isBy(key) { return (note, try Checkpoint(note, signedBy: key)) }
    }
    return nil
  }

  static func action(_ id: String, _ database: Database) throws -> ActionRecord? {
    let body = try Data.fetchOne(
      database, sql: "SELECT body FROM action WHERE id = ?", arguments: [id])
    // What cannot be read is the audit's to tell; the record stands without it.
    return body.flatMap { try? JSONDecoder().decode(ActionRecord.self, from: $0) }
  }
}
