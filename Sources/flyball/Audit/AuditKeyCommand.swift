internal import ArgumentParser
internal import HistorySQLite
internal import TransparencyLog

struct AuditKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Print the key that verifies the history's checkpoints; keep it elsewhere.")

  @OptionGroup var source: AuditSource

  func run() async throws {
    try AuditFiles.reporting {
      print(try source.files().key(nil).description)
    }
  }
}
