internal import FeedbackLoop
internal import Foundation
internal import GRDB
internal import MeshModel
internal import Signals
package import TransparencyLog

extension HistoryFile {
  /// Recomputes every leaf, every signed root and every action's state.
  ///
  /// `outside` names a file of checkpoints. `progress` hears how many of how many records were read.
  package func audit(
    key: VerifierKey, outside: String?, progress: (UInt64, UInt64) -> Void
  ) throws(HistoryError) -> AuditReport {
    do {
      return try read { database in
        var audit = Audit(key: key)
        try audit.checkSchema(database)
        try audit.readCheckpoints(database, outside: outside)
        try audit.readRecords(database, progress)
        try audit.checkActions(database)
        try audit.checkSignals(database)
        return audit.finished
      }
    } catch let error as HistoryError {
      throw error
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CORRUPT
      || error.resultCode == .SQLITE_NOTADB
    {
      var report = AuditReport()
      report.add(.damaged("the file is damaged: \(error.message ?? "\(error.resultCode)")"))
      return report
    } catch {
      throw HistoryError(code: .cannotOpen, message: "the history cannot be read: \(error)")
    }
  }
}

private struct Audit {
  private var report = AuditReport()
  private var known: KnownCheckpoints
  private var last: [String: LogHash?] = [:]
  private var prunedUpTo: Int64 = 0
  private var mark = PruneMark(upTo: 0, total: 0)

  init(key: VerifierKey) {
    known = KnownCheckpoints(key: key)
  }

  var finished: AuditReport { report }

  /// A trigger or a view could show what is not there; a wrong index could hide an action from a start.
  mutating func checkSchema(_ database: Database) throws {
    let query = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
    let model = try DatabaseQueue()
    try SQLiteHistory.migrator.migrate(model)
    let expected = try model.read { try Set(String.fetchAll($0, sql: query)) }
    let found = try Set(String.fetchAll(database, sql: query))
    guard found.isSuperset(of: expected) else {
      let applied = try SQLiteHistory.migrator.appliedMigrations(database).last ?? "none"
      throw HistoryError(
        code: .notADatabase,
        message: "not a history of this version (schema \(applied)): a start of this flyball"
          + " brings an older one up to date")
    }
    // SQLite makes its own statistics.
    for extra in found.subtracting(expected).sorted() where !extra.contains("sqlite_stat") {
      report.add(.schema("the schema holds what is not ours: \(extra)"))
    }
    for damage in try String.fetchAll(database, sql: "PRAGMA integrity_check(10)")
    where damage != "ok" {
      report.add(.damaged("the file is damaged: \(damage)"))
    }
  }

  mutating func readCheckpoints(_ database: Database, outside: String?) throws {
    try known.readStored(database)
    if let outside { try known.read(CheckpointFile(path: outside)) }
    report.unreadable = known.unreadable
    for finding in known.findings { report.add(finding) }
  }

  mutating func readRecords(
    _ database: Database, _ progress: (UInt64, UInt64) -> Void
  ) throws {
    let total = try Int64.fetchOne(database, sql: "SELECT count(*) FROM event") ?? 0
    var frontier = LogFrontier()
    var expected: Int64 = 1
    var sizes = known.sizes[...]
    var contradiction: UInt64?
    let compare = { (audit: inout Audit, frontier: LogFrontier) in
      guard sizes.first == frontier.size, contradiction == nil else { return }
      sizes.removeFirst()
      guard let signed = audit.known.roots[frontier.size] else { return }
      if signed.root == frontier.root {
        audit.report.checkpoints += 1
        audit.report.covered = frontier.size
      } else {
        contradiction = frontier.size
        audit.report.add(
          .contradicts(
            agreed: audit.report.covered, signed: frontier.size, source: signed.source))
      }
    }
    compare(&self, frontier)
    let rows = try Row.fetchCursor(database, sql: StoredRecord.query + " ORDER BY seq")
    while let row = try rows.next() {
      let stored = StoredRecord(row)
      if stored.seq > expected { report.add(.missing(expected, stored.seq - 1)) }
      if stored.seq < expected { report.add(Self.altered(stored)) }
      expected = max(expected, stored.seq == .max ? stored.seq : stored.seq + 1)
      check(stored)
      frontier.append(stored.leaf ?? .empty)
      report.countRecord()
      compare(&self, frontier)
      if report.records % 4_096 == 0 { progress(report.records, UInt64(max(total, 0))) }
    }
    if let largest = known.sizes.last, largest > frontier.size,
      let signed = known.roots[largest]
    {
      report.add(.cutOff(signed: largest, found: frontier.size, source: signed.source))
    }
    checkPruned()
  }

  private mutating func check(_ stored: StoredRecord) {
    if stored.isPruned {
      report.pruned += 1
      prunedUpTo = max(prunedUpTo, stored.seq)
      if !stored.isBlank { report.add(Self.altered(stored)) }
      return
    }
    guard let record = stored.record, record.leaf == stored.leaf else {
      report.add(Self.altered(stored))
      return
    }
    if let action = stored.actionText { last[action] = .some(record.body) }
    if stored.eventText == PruneMark.event, stored.actionText == nil,
      let mark = PruneMark(stored.detailText)
    {
      self.mark = mark
    }
  }

  private mutating func checkPruned() {
    guard report.pruned != UInt64(clamping: mark.total) || prunedUpTo != mark.upTo else { return }
    report.add(
      .pruned(
        "\(report.pruned) records, up to record \(prunedUpTo), are without text; by the history's"
          + " own record they are \(mark.total), up to \(mark.upTo)"))
  }

  mutating func checkActions(_ database: Database) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT CAST(id AS BLOB) AS id, CAST(subject AS BLOB) AS subject,
          CAST(policy AS BLOB) AS policy, CAST(state AS BLOB) AS state, is_open, proposed_at, body
        FROM action
        """)
    var unseen = Set(last.keys)
    while let row = try rows.next() {
      let id = String(decoding: row["id"] as Data? ?? Data(), as: UTF8.self)
      report.actions += 1
      unseen.remove(id)
      if let reason = problem(id, row) { report.add(.action(id: id, reason: reason)) }
    }
    for id in unseen.sorted() {
      report.add(.action(id: id, reason: "has records and is itself missing"))
    }
  }

  private func problem(_ id: String, _ row: Row) -> String? {
    guard let recorded = last[id] else { return "has no record" }
    let body = row["body"] as Data? ?? Data()
    guard recorded == LogHash(plain: Array(body)) else {
      return "its state is not the one of its last record"
    }
    guard let action = try? JSONDecoder().decode(ActionRecord.self, from: body) else {
      return "its state cannot be read"
    }
    let columns: [(String, String)] = [
      ("id", action.id.description), ("subject", action.subject.description),
      ("policy", action.policy), ("state", action.state.name),
    ]
    for (name, value) in columns where row[name] as Data? != Data(value.utf8) {
      return "its column \(name) does not fit its state"
    }
    guard row["is_open"] as Int64? == (action.state.isClosed ? 0 : 1) else {
      return "its column is_open does not fit its state"
    }
    guard row["proposed_at"] as Int64? == action.proposedAt.microseconds else {
      return "its column proposed_at does not fit its state"
    }
    return nil
  }

  /// What each signal said is what its record has the hash of.
  mutating func checkSignals(_ database: Database) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT event.seq, body_hash, CAST(sender AS BLOB) AS sender,
          CAST(signal_id AS BLOB) AS signal_id, CAST(change AS BLOB) AS change, signal.at, body
        FROM event LEFT JOIN signal USING (seq)
        WHERE event.event = ? AND action_id IS NULL AND pruned = 0 ORDER BY event.seq
        """, arguments: [SQLiteHistory.signalEvent])
    while let row = try rows.next() {
      guard let reason = Self.problem(ofSignal: row) else { continue }
      report.add(.signal(seq: row["seq"] ?? 0, reason: reason))
    }
    let strays = try Int64.fetchAll(
      database,
      sql: """
        SELECT seq FROM signal WHERE seq NOT IN (
          SELECT seq FROM event WHERE event = ? AND action_id IS NULL AND pruned = 0) ORDER BY seq
        """, arguments: [SQLiteHistory.signalEvent])
    for seq in strays { report.add(.signal(seq: seq, reason: "has no record")) }
  }

  private static func problem(ofSignal row: Row) -> String? {
    guard let body = row["body"] as Data? else { return "is missing" }
    guard row["body_hash"] as Data? == Data(LogHash(plain: Array(body)).bytes) else {
      return "is not what was recorded"
    }
    guard let entry = try? JSONDecoder().decode(SignalEntry.self, from: body) else {
      return "cannot be read"
    }
    let columns = [
      ("sender", entry.key.sender), ("signal_id", entry.key.id.description),
      ("change", entry.change.name),
    ]
    for (name, value) in columns where row[name] as Data? != Data(value.utf8) {
      return "its column \(name) does not fit it"
    }
    return row["at"] as Int64? == entry.at.microseconds ? nil : "its column at does not fit it"
  }

  private static func altered(_ stored: StoredRecord) -> AuditFinding {
    .altered(
      seq: stored.seq, at: Timestamp(microseconds: stored.microseconds), event: stored.eventText)
  }
}
