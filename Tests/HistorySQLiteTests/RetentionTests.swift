internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import MeshModel
internal import Testing
internal import TransparencyLog

struct RetentionTests {
  /// 600 closed actions of a record each, the first one still open, a pause, and a checkpoint.
  private static func history() async throws -> AuditedHistory {
    let folder = try AuditedHistory()
    let history = try SQLiteHistory(path: folder.path)
    var entries = [
      HistoryEntry(at: Timestamp(seconds: 0), action: nil, event: "load", detail: "secret 0"),
      HistoryEntry(at: Timestamp(seconds: 0), action: nil, event: "paused", detail: "secret p"),
    ]
    for number in 1...600 as ClosedRange<UInt64> {
      let at = Timestamp(seconds: Int64(number))
      let action = try ActionRecord.sample(
        number, number == 1 ? .holding(since: at, calmSince: nil) : .closed(.released, at: at))
      entries.append(
        HistoryEntry(at: at, action: action, event: "released", detail: "secret \(number)"))
    }
    try await history.append(entries)
    await CheckpointWriter(history, folder.terms).advance(at: Timestamp(seconds: 600))
    try history.close()
    return folder
  }

  private static func state(_ folder: AuditedHistory) async throws -> StoredState {
    let history = try SQLiteHistory(path: folder.path)
    let state = try await history.storedState()
    try history.close()
    return state
  }

  private static func prune(_ folder: AuditedHistory, at now: Int64) async throws {
    let history = try SQLiteHistory(path: folder.path)
    var terms = folder.terms
    terms.keepSeconds = 1_000
    let writer = CheckpointWriter(history, terms)
    await writer.advance(at: Timestamp(seconds: now))
    #expect(writer.standing.problem == nil)
    await writer.advance(at: Timestamp(seconds: now), last: true)
    try history.close()
  }

  @Test("what is old loses its text and keeps its hash, and the history stays provable")
  func prunes() async throws {
    let folder = try await Self.history()
    let state = try await Self.state(folder)
    try await Self.prune(folder, at: 1_150)
    var report = try folder.audit()
    // Of what is older than 150 seconds: the first 200 closed actions are not among the 400 that a
    // start reads, and one of them is open.
    #expect(report.isGood && report.pruned == 149, "\(report)")
    try await Self.prune(folder, at: 9_999)
    report = try folder.audit()
    #expect(report.isGood && report.pruned == 200 && report.covered == report.records, "\(report)")
    #expect(try await Self.state(folder) == state)
    let after = try SQLiteHistory(path: folder.path)
    #expect(try await after.action(ActionID(number: 2)) == nil)
    #expect(try await after.action(ActionID(number: 1)) != nil)
    try after.close()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path))
    #expect(bytes.range(of: Data("secret 150".utf8)) == nil)
    #expect(bytes.range(of: Data("secret 250".utf8)) != nil)
    try folder.remove()
  }

  @Test("an operator's no that a start reads keeps its text")
  func rejected() async throws {
    let folder = try AuditedHistory()
    let at = Timestamp(seconds: 10)
    let no = try ActionRecord.sample(1, .closed(.refused(.rejected(by: "alice")), at: at))
    let other = try ActionRecord.sample(2, .closed(.refused(.approvalExpired), at: at))
    do {
      let history = try SQLiteHistory(path: folder.path)
      try await history.append(
        [no, other].map { HistoryEntry(at: at, action: $0, event: "refused", detail: "d") })
      try history.close()
    }
    try await Self.prune(folder, at: 9_999)
    #expect(try await Self.state(folder).actions == [no])
    let after = try SQLiteHistory(path: folder.path)
    #expect(try await after.action(other.id) == nil)
    try after.close()
    try folder.remove()
  }

  @Test(
    "what is without text beyond the history's own record of it is found",
    arguments: [
      """
      UPDATE event SET action_id = NULL, at = 0, event = '', detail = '', is_intent = 0,
        body_hash = NULL, pruned = 1 WHERE seq = 300; DELETE FROM action WHERE id = 'fb-00000000012a'
      """,
      "UPDATE event SET detail = 'x' WHERE seq = 10", "UPDATE event SET at = 1 WHERE seq = 10",
      "UPDATE event SET pruned = 0 WHERE seq = 10", "UPDATE event SET pruned = 2 WHERE seq = 10",
      "UPDATE event SET leaf_hash = zeroblob(32) WHERE seq = 10",
      "UPDATE event SET detail = replace(detail, '200', '201') WHERE event = 'pruned'",
    ])
  func withoutLeave(attack: String) async throws {
    let folder = try await Self.history()
    try await Self.prune(folder, at: 9_999)
    #expect(try folder.audit().isGood)
    try folder.attack(attack)
    #expect(!(try folder.audit().isGood))
    try folder.remove()
  }
}
