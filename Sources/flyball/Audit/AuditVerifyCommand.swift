internal import ArgumentParser
internal import Foundation
internal import HistorySQLite
internal import MeshModel
internal import TransparencyLog

struct AuditVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute the history and hold it against every signed checkpoint.",
    discussion: """
      Exits 0 when the history is what was signed, 1 when it is not, 2 when it cannot be read. A copy of \
      the checkpoints from outside this machine (--checkpoint) and the key as it was written down \
      elsewhere (--key) find what the machine's owner could hide.
      """)

  @Option(help: "The history's file.")
  var history: String?
  @Option(help: "The configuration that names the history, its checkpoints and its key.")
  var config: String?
  @Option(help: "A file of checkpoints (default: the one the history exports to, if it is there).")
  var checkpoint: String?
  @Option(help: "The verifier key (default: that of the history's key file).")
  var key: String?
  @Option(help: "Verify a file of proofs by --key, without any history.")
  var proof: String?

  func validate() throws {
    if proof != nil {
      guard key != nil, history == nil, config == nil, checkpoint == nil else {
        throw ValidationError("--proof needs --key, and nothing else")
      }
    } else if (history == nil) == (config == nil) {
      throw ValidationError("give either --history or --config")
    }
  }

  func run() async throws {
    try AuditFiles.reporting {
      if let proof, let key {
        try verify(proof: proof, by: try AuditFiles.parsed(key))
      } else {
        try verifyHistory()
      }
    }
  }

  private func verifyHistory() throws {
    let files = try AuditFiles(history: history, config: config)
    let key = try files.key(key)
    let outside =
      checkpoint
      ?? (FileManager.default.fileExists(atPath: files.checkpoints) ? files.checkpoints : nil)
    let progress = Progress("verifying")
    let report = try HistoryFile(path: files.history).audit(key: key, outside: outside) {
      progress.show(share: Double($0) / Double(max($1, 1)), "\($0) of \($1) records")
    }
    progress.end()
    for finding in report.findings { Terminal.out(Self.shown("BAD  \(finding)")) }
    if report.more > 0 { Terminal.out("BAD  and \(report.more) more") }
    Terminal.out(Self.shown(Self.summary(report, outside: outside)))
    guard report.isGood else { throw ExitCode(1) }
  }

  private static func summary(_ report: AuditReport, outside: String?) -> String {
    var parts = [
      "\(plural(report.records, "record")), \(plural(report.actions, "action")),"
        + " \(plural(report.checkpoints, "checkpoint")) agree"
    ]
    if outside == nil { parts.append("none of them from outside the history") }
    if report.pruned > 0 {
      parts.append("\(plural(report.pruned, "record")) without text, as recorded")
    }
    let young = report.records - min(report.covered, report.records)
    if young > 0 {
      parts.append("under no checkpoint that agrees: the newest \(plural(young, "record"))")
    }
    if report.unreadable > 0 {
      parts.append(
        "unreadable: \(plural(report.unreadable, "entry", "entries")) of the file of checkpoints")
    }
    return (report.isGood ? "good: " : "NOT GOOD: ") + parts.joined(separator: "; ")
  }

  private static func plural(
    _ number: some BinaryInteger, _ one: String, _ many: String? = nil
  ) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }

  private func verify(proof path: String, by key: VerifierKey) throws {
    let proofs: [[UInt8]]
    do {
      proofs = try RecordProof.split(Array(Data(contentsOf: URL(fileURLWithPath: path))))
    } catch let error as LogError {
      throw Self.unusable("\(path): \(error)")
    } catch {
      throw Self.unusable("\(path): \(error.localizedDescription)")
    }
    for (number, bytes) in proofs.enumerated() {
      do {
        let proof = try RecordProof(parsing: bytes)
        let checkpoint = try proof.checkpoint(signedBy: key)
        Terminal.out(Self.shown(Self.text(try LogRecord(decoding: proof.record), checkpoint)))
      } catch {
        Terminal.out(Self.shown("BAD  proof \(number + 1): \(error)"))
        throw ExitCode(1)
      }
    }
  }

  private static func unusable(_ message: String) -> ExitCode {
    Terminal.error("flyball: \(Terminal.safe(message))")
    return ExitCode(2)
  }

  private static func text(_ record: LogRecord, _ checkpoint: Checkpoint) -> String {
    let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
    return "good: record \(record.seq) of \(checkpoint.size) in \(checkpoint.origin):"
      + " \(Timestamp(microseconds: record.microseconds).rfc3339)"
      + " \(record.action.map(text) ?? "-") \(text(record.event)) \(text(record.detail))"
  }

  /// What stands in a history was chosen by others.
  private static func shown(_ text: String) -> String {
    let safe = Terminal.safe(text)
    return safe.count > columns ? String(safe.prefix(columns)) + "…" : safe
  }

  private static let columns = 1_000
}
