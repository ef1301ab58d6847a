internal import ArgumentParser

struct NotifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify", abstract: "Try the receivers of notifications.",
    subcommands: [NotifyTestCommand.self])
}
