internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import MeshModel
internal import Testing
internal import TransparencyLog

struct CheckpointTests {
  private static func entries(_ count: Int) -> [HistoryEntry] {
    (0..<count).map {
      HistoryEntry(at: Timestamp(seconds: 1), action: nil, event: "load", detail: "\($0)")
    }
  }

  private static func seconds(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

  @Test("a checkpoint comes at the start, after 256 records, after 60 seconds, and at the end")
  func schedule() async throws {
    let folder = try AuditedHistory()
    let history = try SQLiteHistory(path: folder.path)
    let writer = CheckpointWriter(history, folder.terms)
    try await history.append(Self.entries(1))
    await writer.advance(at: Self.seconds(0))
    #expect(writer.standing == CheckpointStanding(records: 1, signed: 1, exported: 1))
    try await history.append(Self.entries(255))
    await writer.advance(at: Self.seconds(59))
    #expect(writer.standing.signed == 1)
    try await history.append(Self.entries(1))
    await writer.advance(at: Self.seconds(59))
    #expect(writer.standing.signed == 257)
    try await history.append(Self.entries(1))
    await writer.advance(at: Self.seconds(118))
    #expect(writer.standing.signed == 257)
    await writer.advance(at: Self.seconds(119))
    #expect(writer.standing.signed == 258)
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.outside))
    await writer.advance(at: Self.seconds(500))
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.outside)) == before)
    try await history.append(Self.entries(1))
    await writer.advance(at: Self.seconds(500), last: true)
    #expect(writer.standing == CheckpointStanding(records: 259, signed: 259, exported: 259))
    try history.close()
    #expect(try folder.audit().covered == 259)
    try folder.remove()
  }

  @Test("a crash between a record and its checkpoint loses neither: the next start signs it")
  func crash() async throws {
    let folder = try AuditedHistory()
    let history = try SQLiteHistory(path: folder.path)
    let writer = CheckpointWriter(history, folder.terms)
    try await history.append(Self.entries(300))
    await writer.advance(at: Self.seconds(0))
    try await history.append(Self.entries(7))
    // The files as a killed process leaves them.
    let killed = try folder.copy()
    try history.close()
    let report = try killed.audit()
    #expect(report.isGood && report.records == 307 && report.covered == 300)
    let next = try SQLiteHistory(path: killed.path)
    let nextWriter = CheckpointWriter(next, killed.terms)
    await nextWriter.advance(at: Self.seconds(1))
    #expect(nextWriter.standing == CheckpointStanding(records: 307, signed: 307, exported: 307))
    try next.close()
    #expect(try killed.audit().covered == 307)
    try killed.remove()
    try folder.remove()
  }

  @Test("an export that fails is said, stops no record, and is made up for")
  func failedExport() async throws {
    let folder = try AuditedHistory()
    let history = try SQLiteHistory(path: folder.path)
    let away = folder.folder.appendingPathComponent("away")
    let terms = CheckpointTerms(
      file: away.appendingPathComponent("checkpoints").path, key: folder.keyPath)
    let writer = CheckpointWriter(history, terms)
    try await history.append(Self.entries(3))
    await writer.advance(at: Self.seconds(0))
    #expect(writer.standing.problem?.contains("away/checkpoints") == true)
    #expect(writer.standing.signed == 3 && writer.standing.exported == 0)
    try await history.append(Self.entries(1))
    try FileManager.default.createDirectory(at: away, withIntermediateDirectories: true)
    await writer.advance(at: Self.seconds(60))
    #expect(writer.standing == CheckpointStanding(records: 4, signed: 4, exported: 4))
    try history.close()
    #expect(try folder.audit(outside: terms.file).isGood)
    try folder.remove()
  }

  @Test("what was signed and not taken outside before a crash is taken outside by the next start")
  func lateExport() async throws {
    let folder = try AuditedHistory()
    do {
      let history = try SQLiteHistory(path: folder.path)
      let terms = CheckpointTerms(file: folder.folder.path, key: folder.keyPath)
      try await history.append(Self.entries(3))
      await CheckpointWriter(history, terms).advance(at: Self.seconds(0))
      try history.close()
    }
    let history = try SQLiteHistory(path: folder.path)
    await CheckpointWriter(history, folder.terms).advance(at: Self.seconds(0))
    try history.close()
    let report = try folder.audit()
    #expect(report.isGood && report.checkpoints == 1)
    #expect(FileManager.default.fileExists(atPath: folder.outside))
    try folder.remove()
  }

  @Test("the key is made once, for its owner alone, and refused when others may read it")
  func key() async throws {
    let folder = try AuditedHistory()
    #expect(throws: HistoryError.self) { try folder.key }
    let made = try HistoryKey(path: folder.keyPath, makeMissing: true).signer.verifier
    #expect(try folder.key == made)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.keyPath)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    for mode in [0o640, 0o604, 0o660, 0o644] {
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: folder.keyPath)
      let error = #expect(throws: HistoryError.self) { try folder.key }
      #expect(error?.code == .badKey)
    }
    let history = try SQLiteHistory(path: folder.path)
    let writer = CheckpointWriter(history, folder.terms)
    try await history.append(Self.entries(1))
    await writer.advance(at: Self.seconds(0))
    #expect(writer.standing.problem?.contains("chmod 600") == true)
    #expect(writer.standing.signed == 0)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: folder.keyPath)
    await writer.advance(at: Self.seconds(60))
    #expect(writer.standing == CheckpointStanding(records: 1, signed: 1, exported: 1))
    try history.close()
    try Data("PRIVATE+KEY+x".utf8).write(to: URL(fileURLWithPath: folder.keyPath))
    #expect(throws: HistoryError.self) { try folder.key }
    try folder.remove()
  }

  @Test("a file of checkpoints that a crash left unfinished is closed off and read on")
  func torn() async throws {
    let history = try await AuditedHistory.filled()
    let url = URL(fileURLWithPath: history.outside)
    let whole = try Data(contentsOf: url)
    for cut in [1, 2, 30, 130, 140, 200] {
      try whole.dropLast(cut).write(to: url)
      let daemon = try SQLiteHistory(path: history.path)
      try await daemon.append(Self.entries(1))
      await CheckpointWriter(daemon, history.terms).advance(at: Self.seconds(0))
      try daemon.close()
      let report = try history.audit()
      #expect(report.isGood && report.covered == report.records, "\(cut): \(report.findings)")
    }
    try history.remove()
  }

  @Test("a file of checkpoints in an attacker's hands is read to its end, and vouches for nothing")
  func hostile() async throws {
    let history = try await AuditedHistory.filled()
    let whole = try Data(contentsOf: URL(fileURLWithPath: history.outside))
    let files: [Data] = [
      Data(), Data("\n\n\n\n".utf8), Data("— a AAAAAAAA\n".utf8),
      Data(repeating: 0x61, count: 1_000_000), Data(repeating: 10, count: 1_000_000),
      Data(repeating: 0, count: 10_000), Data(repeating: 0xFF, count: 10_000),
      Data("x\n99999999999999999999\n\n— a AAAAAAAA\n".utf8),
      Data((String(repeating: "a\n", count: 100_000) + "\n— a AAAAAAAA\n").utf8),
      Data(String(repeating: "\u{1B}[31m\u{202E}\n\n", count: 1_000).utf8),
    ]
    for (number, bytes) in files.enumerated() {
      try bytes.write(to: URL(fileURLWithPath: history.outside))
      let report = try history.audit()
      #expect(report.findings == [.noCheckpoint(source: history.outside)], "file \(number)")
      try (bytes + Data("\n\n".utf8) + whole).write(to: URL(fileURLWithPath: history.outside))
      #expect(try history.audit().isGood, "file \(number)")
    }
    #expect(throws: HistoryError.self) { try history.audit(outside: history.path + ".none") }
    var wrong = whole
    wrong[wrong.startIndex + 43] ^= 1
    try wrong.write(to: URL(fileURLWithPath: history.outside))
    #expect(!(try history.audit().isGood))
    try history.remove()
  }
}
