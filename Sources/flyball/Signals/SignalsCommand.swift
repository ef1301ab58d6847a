internal import ArgumentParser

struct SignalsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals", abstract: "Try out other systems' alerts, and make tokens for them.",
    subcommands: [SignalsTestCommand.self, SignalsTokenCommand.self])
}
