internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import MeshModel
internal import Testing
internal import TransparencyLog

struct ExportTests {
  private static let hostile = "=cmd|' /C calc'!A0 \u{1B}[31m\u{202E}\"a\",\r\nb\u{2028}"

  private static func lines(
    _ format: ExportFormat, since: Timestamp? = nil, until: Timestamp? = nil
  ) async throws -> [String] {
    let folder = try AuditedHistory()
    let history = try SQLiteHistory(path: folder.path)
    let at = Timestamp(seconds: 1)
    let open = try ActionRecord.sample(1, .holding(since: at, calmSince: nil))
    let events = [
      "proposed", "intent", "approved", "applied", "behaviour", "effective", "releasing",
      "released", "expired", "failed",
    ]
    try await history.append(
      events.map {
        HistoryEntry(at: at, isIntent: $0 == "intent", action: open, event: $0, detail: "d")
      } + [
        HistoryEntry(at: Timestamp(seconds: 2), action: nil, event: "paused", detail: hostile),
        HistoryEntry(at: Timestamp(seconds: 3), action: nil, event: "load", detail: "+1"),
      ])
    try history.close()
    var lines: [String] = []
    _ = try HistoryFile(path: folder.path).records(since: since, until: until) { record in
      if let line = format.line(record) { lines.append(line) }
    }
    try folder.remove()
    return lines
  }

  private static func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test(
    "no format hands on what steers a terminal or breaks a line, and JSON keeps the text as it was")
  func hostileText() async throws {
    for format in ExportFormat.allCases {
      for line in try await Self.lines(format) {
        for scalar in line.unicodeScalars {
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator:
            Issue.record("\(format) holds U+\(String(scalar.value, radix: 16))")
          default: break
          }
        }
      }
    }
    let line = try #require(try await Self.lines(.jsonl).dropLast().last)
    #expect(try Self.object(line)["detail"] as? String == Self.hostile)
  }

  @Test("a spreadsheet gets text where a formula might begin")
  func formulas() async throws {
    let lines = try await Self.lines(.csv)
    #expect(
      lines[10].contains(
        #"'=cmd|' /C calc'!A0 \u{1b}[31m\u{202e}""a"",\u{d}\u{a}b\u{2028}""#), "\(lines[10])")
    #expect(lines[11].contains(#","'+1","#))
    for line in lines {
      #expect(line.hasPrefix("\"") && line.hasSuffix("\""))
      #expect(!line.contains(#",="#) && !line.contains(#""=""#))
    }
    #expect(
      ExportFormat.csv.heading?.split(separator: ",").count
        == lines[0].components(separatedBy: "\",\"").count)
  }

  @Test(
    "records become events with the types that are promised, and those without one are left out")
  func cloudEvents() async throws {
    let objects = try await Self.lines(.cloudevents).map { try Self.object($0) }
    #expect(
      objects.map { $0["type"] as? String } == [
        "dev.flyball.action.proposed", "dev.flyball.detection.fired",
        "dev.flyball.action.approved", "dev.flyball.action.applied",
        "dev.flyball.signal.received", "dev.flyball.action.verified",
        "dev.flyball.action.released", "dev.flyball.action.expired", "dev.flyball.action.failed",
      ])
    for object in objects {
      #expect(object["specversion"] as? String == "1.0")
      for name in ["id", "source", "time"] { #expect(object[name] is String) }
    }
    #expect(Set(objects.map { $0["id"] as? String }).count == objects.count)
  }

  @Test("each record has a class of the schema, and its type follows from class and activity")
  func ocsf() async throws {
    let objects = try await Self.lines(.ocsf).map { try Self.object($0) }
    #expect(
      objects.map { $0["class_uid"] as? Int } == [
        2_004, 2_004, 6_003, 7_004, 7_004, 7_004, 7_004, 7_004, 7_004, 7_004, 6_003, 0,
      ])
    for object in objects {
      let kind = try #require(object["class_uid"] as? Int)
      let activity = try #require(object["activity_id"] as? Int)
      #expect(object["type_uid"] as? Int == kind * 100 + activity)
      #expect(object["category_uid"] as? Int == kind / 1_000)
      #expect((object["metadata"] as? [String: Any])?["version"] as? String == "1.8.0")
      for name in ["time", "severity_id"] { #expect(object[name] is Int) }
      switch kind {
      case 2_004:
        let finding = object["finding_info"] as? [String: Any]
        #expect(finding?["uid"] is String && finding?["title"] is String)
      case 6_003: #expect(object["api"] != nil && object["actor"] != nil)
      case 7_004: #expect(object["command_uid"] is String)
      default: break
      }
    }
  }

  @Test("a time asks for the records from it on, and another for those before it")
  func times() async throws {
    let lines = try await Self.lines(
      .jsonl, since: Timestamp(seconds: 2), until: Timestamp(seconds: 3))
    #expect(lines.count == 1)
    #expect(try Self.object(lines[0])["event"] as? String == "paused")
  }

  @Test("a line of JSON names its leaf, as the tree has it")
  func leaf() async throws {
    let object = try Self.object(try #require(try await Self.lines(.jsonl).last))
    let record = LogRecord(
      seq: 12, microseconds: 3_000_000, isIntent: false, action: nil, event: Array("load".utf8),
      detail: Array("+1".utf8), body: nil)
    #expect(object["leafSHA256"] as? String == record.leaf.hexadecimal)
  }

  @Test("all records of an action are proved by the newest checkpoint, and a younger one is not")
  func proofs() async throws {
    let history = try await AuditedHistory.filled()
    let key = try history.key
    let file = try HistoryFile(path: history.path)
    let proofs = try file.proofs(of: "fb-000000000007", signedBy: key)
    #expect(proofs.count == 4)
    let text = proofs.map(\.description).joined()
    for bytes in try RecordProof.split(Array(text.utf8)) {
      let proof = try RecordProof(parsing: bytes)
      #expect(try proof.checkpoint(signedBy: key).size == 1_000)
      #expect(try LogRecord(decoding: proof.record).action == Array("fb-000000000007".utf8))
    }
    #expect(try file.proofs(of: "1000", signedBy: key).count == 1)
    #expect(try file.proofs(of: "1001", signedBy: key).isEmpty)
    #expect(try file.proofs(of: "fb-nothing", signedBy: key).isEmpty)
    let daemon = try SQLiteHistory(path: history.path)
    try await daemon.append([
      HistoryEntry(at: Timestamp(seconds: 1), action: nil, event: "load", detail: "d")
    ])
    try daemon.close()
    #expect(throws: HistoryError.self) {
      try HistoryFile(path: history.path).proofs(of: "1001", signedBy: key)
    }
    try history.remove()
  }
}
