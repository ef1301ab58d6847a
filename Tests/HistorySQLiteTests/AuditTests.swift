internal import FeedbackLoop
internal import Foundation
internal import GRDB
internal import HistorySQLite
internal import MeshModel
internal import Testing
internal import TransparencyLog

struct AuditTests {
  @Test("a history of 1,000 records that nobody altered is good, and all of it is signed")
  func good() async throws {
    let history = try await AuditedHistory.filled()
    let report = try history.audit()
    #expect(report.findings == [])
    #expect(report.records == 1_000 && report.covered == 1_000 && report.actions == 250)
    #expect(report.checkpoints == 10 && report.unreadable == 0)
    try history.remove()
  }

  @Test("a change of any column of any sampled record is found, and the record is named")
  func columns() async throws {
    let history = try await AuditedHistory.filled()
    let changes = [
      "at = at + 1", "event = event || 'x'", "event = ''", "detail = detail || ' '",
      "detail = CAST(x'ff' AS TEXT)", "detail = detail || char(0) || 'hidden'",
      "is_intent = 1 - is_intent", "is_intent = is_intent + 2", "action_id = NULL",
      "action_id = 'fb-0000000000aa'", "body_hash = NULL", "body_hash = zeroblob(32)",
      "body_hash = x'00'", "leaf_hash = zeroblob(32)", "leaf_hash = x''", "pruned = 1",
      "pruned = 2",
    ]
    for seq in [1, 499, 1_000] {
      for change in changes {
        // It has no action.
        if seq == 1_000, change == "action_id = NULL" || change == "body_hash = NULL" { continue }
        let copy = try history.copy()
        try copy.attack("UPDATE event SET \(change) WHERE seq = \(seq)")
        let findings = try copy.audit().findings
        #expect(
          findings.contains { finding in
            if case .altered(Int64(seq), _, _) = finding { return true }
            return false
          }, "\(change) of \(seq): \(findings)")
        try copy.remove()
      }
    }
    try history.remove()
  }

  @Test("a change of any column of an action is found, and the action is named")
  func actions() async throws {
    let history = try await AuditedHistory.filled()
    let other = try JSONEncoder().encode(
      ActionRecord.sample(
        7, .holding(since: Timestamp(seconds: 1), calmSince: nil)))
    for change in [
      "subject = subject || 'x'", "policy = 'q'", "state = 'holding'", "is_open = 1",
      "is_open = 2", "proposed_at = 0", "body = x'7b7d'",
      "body = x'\(other.map { String($0, radix: 16) }.joined())'",
      "id = 'fb-00000000ffff'",
    ] {
      let copy = try history.copy()
      try copy.attack("UPDATE action SET \(change) WHERE id = 'fb-000000000007'")
      let findings = try copy.audit().findings
      #expect(
        findings.contains { finding in
          if case .action("fb-000000000007", _) = finding { return true }
          return false
        }, "\(change): \(findings)")
      try copy.remove()
    }
    let copy = try history.copy()
    try copy.attack("DELETE FROM action WHERE id = 'fb-000000000007'")
    #expect(!(try copy.audit().isGood))
    try copy.attack(
      """
      INSERT INTO action SELECT 'fb-00000000ffff', subject, policy, state, 1, 0, body FROM action
      LIMIT 1
      """)
    #expect(
      try copy.audit().findings.contains(
        .action(id: "fb-00000000ffff", reason: "has no record")))
    try copy.remove()
    try history.remove()
  }

  @Test("one who recomputes all hashes is found by the range between two checkpoints")
  func recomputed() async throws {
    let history = try await AuditedHistory.filled()
    for (seq, agreed) in [(1, 0), (100, 0), (101, 100), (555, 500), (1_000, 900)] {
      let copy = try history.copy()
      try copy.attack("UPDATE event SET detail = 'innocent' WHERE seq = \(seq)")
      try copy.recomputeLeaves()
      for file in [nil, copy.outside] {
        let findings = try copy.audit(outside: file).findings
        guard case .contradicts(UInt64(agreed), UInt64(agreed + 100), _) = findings.first else {
          Issue.record("\(seq): \(findings)")
          continue
        }
        #expect(findings.count == 1)
      }
      // Without the history's own checkpoints, those outside still tell.
      try copy.attack("DELETE FROM checkpoint")
      #expect(try copy.audit(outside: nil).isGood)
      #expect(!(try copy.audit().isGood))
      try copy.remove()
    }
    try history.remove()
  }

  @Test(
    "dropped, swapped, added and cut-off records are found though all hashes were made anew",
    arguments: [
      "DELETE FROM event WHERE seq = 500",
      "DELETE FROM event WHERE seq > 990",
      "DELETE FROM event WHERE seq <= 100",
      "DELETE FROM event WHERE seq = 500; UPDATE event SET seq = seq - 1 WHERE seq > 500",
      """
      UPDATE event SET seq = -1 WHERE seq = 500; UPDATE event SET seq = 500 WHERE seq = 501;
      UPDATE event SET seq = 501 WHERE seq = -1
      """,
      """
      UPDATE event SET seq = -seq WHERE seq > 500; UPDATE event SET seq = -seq + 1 WHERE seq < 0;
      INSERT INTO event (seq, at, event, detail, is_intent) VALUES (501, 1, 'load', 'd', 0)
      """,
    ])
  func order(attack: String) async throws {
    let history = try await AuditedHistory.filled()
    try history.attack(attack)
    #expect(!(try history.audit().isGood))
    try history.recomputeLeaves()
    #expect(
      try history.audit().findings.contains { finding in
        switch finding {
        case .contradicts, .cutOff: true
        default: false
        }
      })
    try history.remove()
  }

  @Test(
    "an older copy put back is found by the checkpoint outside, also when the daemon starts on it")
  func olderCopy() async throws {
    let history = try await AuditedHistory.filled()
    let older = try history.copy()
    do {
      let later = try SQLiteHistory(path: history.path)
      try await later.append([
        HistoryEntry(at: Timestamp(seconds: 2_000), action: nil, event: "load", detail: "d")
      ])
      await CheckpointWriter(later, history.terms).advance(at: Timestamp(seconds: 2_000))
      try later.close()
    }
    #expect(try history.audit().isGood)
    try FileManager.default.removeItem(atPath: older.outside)
    try FileManager.default.copyItem(atPath: history.outside, toPath: older.outside)
    let findings = try older.audit().findings
    #expect(findings.count == 1)
    guard case .cutOff(1_001, 1_000, _) = findings.first else {
      Issue.record("\(findings)")
      return
    }
    let started = try SQLiteHistory(path: older.path)
    let writer = CheckpointWriter(started, older.terms)
    try await started.append([
      HistoryEntry(at: Timestamp(seconds: 2_001), action: nil, event: "load", detail: "other")
    ])
    await writer.advance(at: Timestamp(seconds: 2_001))
    #expect(writer.standing.problem?.contains("contradicts") == true)
    await writer.advance(at: Timestamp(seconds: 9_999), last: true)
    #expect(writer.standing.signed == 0)
    try started.close()
    // Grown past the signed size, it is a fork.
    guard case .contradicts(1_000, 1_001, _) = try older.audit().findings.first else {
      Issue.record("\(try older.audit().findings)")
      return
    }
    try older.remove()
    try history.remove()
  }

  @Test("two histories that the same key signed are found to be a fork")
  func fork() async throws {
    let history = try await AuditedHistory.filled()
    let signer = try HistoryKey(path: history.keyPath, makeMissing: false).signer
    let other = try signer.sign(
      Checkpoint(origin: signer.verifier.name, size: 500, root: LogHash(plain: [1])))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: history.outside))
    try file.seekToEnd()
    try file.write(contentsOf: Data((other.description + "\n").utf8))
    try file.close()
    #expect(
      try history.audit().findings.contains { finding in
        if case .forked(500, _) = finding { return true }
        return false
      })
    try history.remove()
  }

  @Test(
    "what was added to the schema, and a checkpoint that was altered, are found",
    arguments: [
      "CREATE TRIGGER hide AFTER INSERT ON event BEGIN DELETE FROM event; END",
      "CREATE VIEW seen AS SELECT * FROM event", "CREATE TABLE more (a INTEGER)",
      "UPDATE checkpoint SET note = replace(note, 'A', 'B') WHERE size = 500",
      "UPDATE checkpoint SET note = '' WHERE size = 500",
    ])
  func schema(attack: String) async throws {
    let history = try await AuditedHistory.filled()
    try history.attack(attack)
    #expect(try history.audit().findings.count == 1)
    try history.remove()
  }

  @Test("a file beside a running daemon is audited as it is at that moment")
  func running() async throws {
    let history = try await AuditedHistory.filled()
    let daemon = try SQLiteHistory(path: history.path)
    try await daemon.append([
      HistoryEntry(at: Timestamp(seconds: 1), action: nil, event: "load", detail: "a\0b")
    ])
    let report = try history.audit()
    #expect(report.isGood && report.records == 1_001 && report.covered == 1_000)
    try daemon.close()
    try history.remove()
  }

  @Test("who writes to the file beside the daemon stops new records instead of mixing with them")
  func intruder() async throws {
    let history = try await AuditedHistory.filled()
    let daemon = try SQLiteHistory(path: history.path)
    try history.attack(
      "INSERT INTO event (at, event, detail, is_intent) VALUES (1, 'load', 'theirs', 0)")
    await #expect(throws: HistoryError.self) {
      try await daemon.append([
        HistoryEntry(at: Timestamp(seconds: 1), action: nil, event: "load", detail: "d")
      ])
    }
    try daemon.close()
    try history.remove()
  }
}
