internal import ArgumentParser
internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import MeshModel

extension ExportFormat: ExpressibleByArgument {}

struct AuditExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Print records in a format of others, oldest first.",
    discussion: "It verifies nothing: run `flyball audit verify` first.")

  @Option(help: "ocsf, cloudevents, csv or jsonl.")
  var format: ExportFormat
  @Option(help: "From this time on, such as 2026-11-22T05:00:00Z.")
  var since: String?
  @Option(help: "Before this time.")
  var until: String?
  @OptionGroup var source: AuditSource

  func validate() throws {
    _ = try (time(since, "--since"), time(until, "--until"))
  }

  func run() async throws {
    try AuditFiles.reporting {
      if let heading = format.heading { Terminal.out(heading) }
      var wordless = 0
      let gone = try HistoryFile(path: try source.files().history).records(
        since: try time(since, "--since"), until: try time(until, "--until")
      ) { record in
        if let line = format.line(record) { Terminal.out(line) } else { wordless += 1 }
      }
      if wordless > 0 {
        Terminal.error(
          "flyball: left out \(wordless) records that \(format.rawValue) has no type for")
      }
      if gone > 0 { Terminal.error("flyball: \(gone) records have no text any more") }
    }
  }

  private func time(_ text: String?, _ what: String) throws -> Timestamp? {
    guard let text else { return nil }
    guard let date = try? Date(text, strategy: .iso8601) else {  // Said below.
      throw ValidationError("\(what) must be a time such as 2026-11-22T05:00:00Z")
    }
    return Timestamp(seconds: Int64(date.timeIntervalSince1970))
  }
}
