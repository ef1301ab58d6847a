internal import ArgumentParser
internal import YAMLNodes

struct RulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Check, list, test, import and explain Sigma rules.",
    subcommands: [
      RulesCheckCommand.self, RulesListCommand.self, RulesTestCommand.self,
      RulesImportCommand.self, RulesExplainCommand.self,
    ])

  /// Runs the body; mistakes in files are said one a line and end with 2.
  static func reporting<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as Diagnostics {
      Terminal.error(Terminal.safeLines(error.description))
      throw ExitCode(2)
    }
  }
}
