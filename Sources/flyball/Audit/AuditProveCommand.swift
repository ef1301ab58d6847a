internal import ArgumentParser
internal import HistorySQLite
internal import TransparencyLog

struct AuditProveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Print proofs that records are in the history, for whoever holds the verifier key.",
    discussion: "The proofs hold the records. `flyball audit verify --proof` reads them.")

  @Argument(help: "An action's id, for all its records, or a record's number.")
  var id: String
  @OptionGroup var source: AuditSource
  @Option(help: "The verifier key (default: that of the history's key file).")
  var key: String?

  func run() async throws {
    try AuditFiles.reporting {
      let files = try source.files()
      let proofs = try HistoryFile(path: files.history)
        .proofs(of: id, signedBy: try files.key(key))
      guard !proofs.isEmpty else {
        Terminal.error("flyball: the history has no record of \(Terminal.safe(id))")
        throw ExitCode(1)
      }
      print(proofs.map(\.description).joined(), terminator: "")
    }
  }
}
