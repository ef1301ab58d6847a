internal import Foundation
internal import HistorySQLite
internal import MeshModel
internal import Signals
internal import Synchronization
internal import Testing

struct SignalStoreTests {
  private static let subject = "spiffe://cluster.local/ns/shop/sa/web"

  /// An entry about the signal of that number.
  private static func entry(
    _ number: Int, _ change: (AttributedSignal) -> SignalEntry.Change, at seconds: Int64
  ) throws -> SignalEntry {
    let body = """
      {"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "secret\(number)"},
      "startsAt": "2026-01-01T00:00:00Z", "fingerprint": "\(number)"}]}
      """
    let reading = try SignalFormat.alertmanager.read(
      SignalDelivery(headers: [:], body: Array(body.utf8)), at: Timestamp(seconds: seconds))
    let signal = try #require(reading.signals.first)
    let item = AttributedSignal(signal, .subject(try SPIFFEID(parsing: subject)))
    return SignalEntry(
      key: SignalKey(sender: "am", id: signal.id), change: change(item),
      at: Timestamp(seconds: seconds))
  }

  private static func began(_ number: Int, at seconds: Int64) throws -> SignalEntry {
    try entry(number, { .began($0) }, at: seconds)
  }

  private static func repeated(_ number: Int, at seconds: Int64) throws -> SignalEntry {
    try entry(number, { _ in .repeated }, at: seconds)
  }

  /// A checked history of those entries.
  private static func history(_ entries: [SignalEntry]) async throws -> AuditedHistory {
    let folder = try AuditedHistory()
    let history = try SQLiteHistory(path: folder.path)
    try await history.append(entries)
    await CheckpointWriter(history, folder.terms).advance(at: Timestamp(seconds: 9_000), last: true)
    try history.close()
    return folder
  }

  /// The entries that a desk gets to see.
  private static func read(
    _ folder: AuditedHistory, since seconds: Int64
  ) async throws -> [SignalEntry] {
    let history = try SQLiteHistory(path: folder.path)
    defer { try? history.close() }
    let seen = Mutex<[SignalEntry]>([])
    _ = try await history.restore(SignalDesk(), since: Timestamp(seconds: seconds)) { entry in
      seen.withLock { $0.append(entry) }
      return true
    }
    return seen.withLock { $0 }
  }

  @Test("signals come back in their order, with the beginnings of what was repeated since")
  func restored() async throws {
    let entries = [
      try Self.began(1, at: 100), try Self.began(2, at: 110), try Self.began(1, at: 120),
      try Self.repeated(1, at: 500), try Self.began(3, at: 510),
    ]
    let folder = try await Self.history(entries)
    #expect(try await Self.read(folder, since: 0) == entries)
    #expect(try await Self.read(folder, since: 400) == Array(entries[2...]))
    #expect(try folder.audit().findings == [])
    try folder.remove()
  }

  @Test("a desk takes up what is wanted of a history, and no more")
  func wanted() async throws {
    let folder = try await Self.history([try Self.began(1, at: 100), try Self.began(2, at: 110)])
    let history = try SQLiteHistory(path: folder.path)
    let first = try Self.began(1, at: 100).key
    let since = Timestamp(seconds: 0)
    let desk = try await history.restore(SignalDesk(), since: since) { $0.key == first }
    #expect(desk.incidents.map(\.name) == ["secret1"])
    try history.close()
    try folder.remove()
  }

  @Test(
    "a change of what a signal said, or of where it is found, is found, and its record is named",
    arguments: [
      "UPDATE signal SET sender = 'other' WHERE seq = 2",
      "UPDATE signal SET signal_id = 'x' WHERE seq = 2",
      "UPDATE signal SET change = 'resolved' WHERE seq = 2",
      "UPDATE signal SET at = 0 WHERE seq = 2", "UPDATE signal SET body = x'7b7d' WHERE seq = 2",
      "UPDATE signal SET body = (SELECT body FROM signal WHERE seq = 1) WHERE seq = 2",
      "DELETE FROM signal WHERE seq = 2",
    ])
  func altered(attack: String) async throws {
    let folder = try await Self.history([try Self.began(1, at: 1), try Self.began(2, at: 2)])
    try folder.attack(attack)
    let findings = try folder.audit().findings
    #expect(
      findings.contains { finding in
        if case .signal(2, _) = finding { true } else { false }
      }, "\(findings)")
    try folder.remove()
  }

  @Test("a signal without a record is found")
  func stray() async throws {
    let folder = try await Self.history([try Self.began(1, at: 1)])
    try folder.attack(
      "INSERT INTO signal SELECT 77, sender, signal_id, change, at, body FROM signal")
    #expect(try folder.audit().findings == [.signal(seq: 77, reason: "has no record")])
    try folder.remove()
  }

  private static func prune(_ folder: AuditedHistory, at seconds: Int64) async throws {
    let history = try SQLiteHistory(path: folder.path)
    var terms = folder.terms
    terms.keepSeconds = 1_000
    let writer = CheckpointWriter(history, terms)
    await writer.advance(at: Timestamp(seconds: seconds))
    await writer.advance(at: Timestamp(seconds: seconds), last: true)
    try history.close()
  }

  @Test("signals that a start reads keep their text, others lose it by the terms of keeping")
  func pruned() async throws {
    let folder = try await Self.history([
      try Self.began(1, at: 100), try Self.began(2, at: 110), try Self.repeated(1, at: 8_900),
      try Self.began(3, at: 8_950),
    ])
    try await Self.prune(folder, at: 9_500)
    let report = try folder.audit()
    #expect(report.isGood && report.pruned == 1, "\(report)")
    #expect(try await Self.read(folder, since: 8_500).count == 3)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path))
    #expect(bytes.range(of: Data("secret2".utf8)) == nil)
    #expect(bytes.range(of: Data("secret1".utf8)) != nil)
    try folder.remove()
  }
}
