internal import ArgumentParser

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Verify, prove and export the history, without the daemon and beside it.",
    subcommands: [
      AuditVerifyCommand.self, AuditProveCommand.self, AuditExportCommand.self,
      AuditKeyCommand.self,
    ])
}
