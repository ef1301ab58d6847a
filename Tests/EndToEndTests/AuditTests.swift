internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import MeshModel
internal import Testing

/// `flyball audit` as a person meets it.
struct AuditTests {
  private let folder =
    FileManager.default.temporaryDirectory.path
    + "/flyball-audit-\(UInt32.random(in: 0 ... .max))"

  private var history: String { folder + "/history.db" }

  /// A history of three records, signed.
  init() async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try await append(["paused", "load", "resumed"])
  }

  private func append(_ events: [String]) async throws {
    let history = try SQLiteHistory(path: history)
    try await history.append(
      events.map {
        HistoryEntry(at: Timestamp(seconds: 1), action: nil, event: $0, detail: "=1 \u{1B}[31m")
      })
    let terms = CheckpointTerms(
      file: self.history + ".checkpoints", key: self.history + ".key")
    await CheckpointWriter(history, terms).advance(at: Timestamp(seconds: 1), last: true)
    try history.close()
  }

  @Test("a sound history is good, an older copy of it exits 1, and none at all exits 2")
  func verify() async throws {
    let good = try Program.flyball("audit", "verify", "--history", history)
    #expect(good.status == 0, "\(good)")
    #expect(good.out == "good: 3 records, 0 actions, 1 checkpoint agree\n")
    let older = folder + ".older"
    try FileManager.default.copyItem(atPath: folder, toPath: older)
    try await append(["load"])
    #expect(try Program.flyball("audit", "verify", "--history", history).status == 0)
    let cut = try Program.flyball(
      "audit", "verify", "--history", older + "/history.db", "--checkpoint",
      history + ".checkpoints")
    #expect(cut.status == 1)
    #expect(cut.out.contains("BAD  4 records were signed"), "\(cut)")
    #expect(cut.out.contains("NOT GOOD: 3 records"))
    let none = try Program.flyball("audit", "verify", "--history", history + ".none")
    #expect(none.status == 2)
    for arguments in [["--proof", "x"], ["--history", history, "--config", "b"]] {
      let output = try Program.flyball(["audit", "verify"] + arguments)
      #expect(output.status == 2)
    }
    try FileManager.default.removeItem(atPath: folder)
    try FileManager.default.removeItem(atPath: older)
  }

  @Test("a proof that is printed verifies by the key alone, and not by another")
  func prove() throws {
    let key = try Program.flyball("audit", "key", "--history", history)
    #expect(key.status == 0 && key.out.hasPrefix("flyball.dev/history/"))
    let proof = try Program.flyball("audit", "prove", "2", "--history", history)
    #expect(proof.status == 0)
    try proof.out.write(toFile: folder + "/p", atomically: true, encoding: .utf8)
    let text = key.out.trimmingCharacters(in: .newlines)
    let good = try Program.flyball("audit", "verify", "--proof", folder + "/p", "--key", text)
    #expect(good.status == 0 && good.out.contains("record 2 of 3"), "\(good)")
    #expect(!good.out.contains("\u{1B}"))
    let other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    let bad = try Program.flyball("audit", "verify", "--proof", folder + "/p", "--key", other)
    #expect(bad.status == 1 && bad.out.contains("not signed by this key"))
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test("an export is one record a line, and says what it left out")
  func export() throws {
    for (format, lines) in [("jsonl", 3), ("csv", 4), ("ocsf", 3), ("cloudevents", 0)] {
      let output = try Program.flyball(
        "audit", "export", "--format", format, "--history", history)
      #expect(output.status == 0)
      #expect(output.out.split(separator: "\n").count == lines)
      #expect(output.err.isEmpty == (format != "cloudevents"))
    }
    let wrong = try Program.flyball(
      "audit", "export", "--format", "csv", "--history", history, "--since", "yesterday")
    #expect(wrong.status == 2)
    try FileManager.default.removeItem(atPath: folder)
  }
}
