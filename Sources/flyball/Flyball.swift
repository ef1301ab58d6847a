internal import ArgumentParser

@main
struct Flyball: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flyball",
    abstract: "Closed-loop security control for service meshes.",
    discussion: """
      Exit codes: 0 done, 1 findings or differences, 2 usage or a bad file, 3 daemon not reachable, \
      4 refused, 5 applied but not verified in time.
      """,
    version: "flyball \(VersionCommand.version)",
    subcommands: [
      RunCommand.self, DemoCommand.self, GetCommand.self, DescribeCommand.self,
      ExplainCommand.self, ObserveCommand.self, ActCommand.self, ApproveCommand.self,
      RejectCommand.self,
      ExtendCommand.self,
      RevertCommand.self,
      PauseCommand.self,
      ResumeCommand.self, DeployCommand.self, RecordCommand.self, ReplayCommand.self,
      BacktestCommand.self,
      RulesCommand.self, SignalsCommand.self, AuditCommand.self, TokenCommand.self,
      NotifyCommand.self, ConfigCommand.self,
      DoctorCommand.self,
      VersionCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot(nil)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      // Exit code 64 of the library becomes the documented 2.
      let code = exitCode(for: error)
      if code == .validationFailure {
        Terminal.error(fullMessage(for: error))
        exit(withError: ExitCode(2))
      }
      exit(withError: error)
    }
  }
}

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version.")
  static let version = "0.1.0"

  func run() {
    print("flyball \(Self.version)")
  }
}
