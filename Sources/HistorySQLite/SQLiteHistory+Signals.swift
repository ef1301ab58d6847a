internal import FeedbackLoop
internal import Foundation
internal import GRDB
package import MeshModel
package import Signals

/// Signals are records like all others, and table `signal` holds what each said.
extension SQLiteHistory: SignalStore {
  package func append(_ entries: [SignalEntry]) async throws {
    do {
      try await write { database, head in
        for entry in entries { try Self.insert(entry, database, &head) }
      }
    } catch {
      failure.set("\(error)")
      throw HistoryError(code: .writeFailed, message: "write failed: \(error)")
    }
  }

  /// From entries since then, and the beginnings of what was repeated since then.
  package func restore(
    _ desk: SignalDesk, since instant: Timestamp,
    where isWanted: @escaping @Sendable (SignalEntry) -> Bool
  ) async throws -> SignalDesk {
    try await database.read { database in
      var desk = desk
      let bodies = try Data.fetchCursor(
        database,
        sql: "SELECT body FROM signal WHERE seq IN (\(Self.signalsInUse)) ORDER BY seq",
        arguments: [instant.microseconds, instant.microseconds])
      while let body = try bodies.next() {
        // What cannot be read of the past is no reason not to start.
        guard let entry = try? JSONDecoder().decode(SignalEntry.self, from: body), isWanted(entry)
        else { continue }
        desk.restore(entry)
      }
      return desk
    }
  }

  /// Numbers of the records of signals that a start at an instant reads; the instant is given twice.
  static let signalsInUse = """
    SELECT seq FROM signal WHERE at >= ?
    UNION SELECT max(began.seq) FROM signal AS began
      JOIN signal AS repeated USING (sender, signal_id)
      WHERE began.change = 'began' AND repeated.change = 'repeated' AND repeated.at >= ?
        AND began.seq < repeated.seq
      GROUP BY began.sender, began.signal_id
    """

  static let signalEvent = "signal"

  private static func insert(
    _ entry: SignalEntry, _ database: Database, _ head: inout LogHead
  ) throws {
    let body = try JSONEncoder().encode(entry)
    try head.append(
      at: entry.at, action: nil, event: signalEvent, detail: entry.wording, body: body,
      to: database)
    try database.execute(
      sql: """
        INSERT INTO signal (seq, sender, signal_id, change, at, body) VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        head.lastSeq, entry.key.sender, entry.key.id.description, entry.change.name,
        entry.at.microseconds, body,
      ])
  }
}

extension SignalEntry.Change {
  var name: String {
    switch self {
    case .began: "began"
    case .repeated: "repeated"
    case .resolved: "resolved"
    case .expired: "expired"
    }
  }
}
