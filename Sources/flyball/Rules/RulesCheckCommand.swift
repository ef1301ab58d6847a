internal import ArgumentParser
internal import RuleScoring
internal import Sigma

struct RulesCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say every mistake in rules, with its place.",
    discussion: "Exits 2 when there is one. What Flyball does not support is a mistake.")

  @Argument(help: "A folder of rules, or one file.")
  var path: String

  func run() throws {
    let loaded = try RulesCommand.reporting { try LoadedRules(folder: path) }
    let correlations = loaded.correlations.correlations.count
    print("\(loaded.count - correlations) rules and \(correlations) correlations are valid")
  }
}
