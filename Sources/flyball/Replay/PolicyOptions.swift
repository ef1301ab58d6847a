internal import ArgumentParser
internal import ConfigurationYAML
internal import FeedbackLoop
internal import Replay
internal import RuleScoring
internal import YAMLNodes

/// Which policies answer to a recording, within which limits.
struct PolicyOptions: ParsableArguments {
  @Option(name: .customLong("policy"), help: "The folder of response policies.")
  var folder: String
  @Option(help: "The folder of Sigma rules (default: none).")
  var rules: String?
  @Option(help: "A daemon's configuration, for its limits (default: the default limits).")
  var config: String?

  func replay() throws -> Replay {
    do {
      let limits = try config.map { try Configuration.load($0).limits } ?? LoopLimits()
      return Replay(
        policies: try PolicyFolder.load(folder),
        rules: try rules.map { try LoadedRules(folder: $0) }, limits: limits)
    } catch let error as Diagnostics {
      Terminal.error("\(error)")
      throw ExitCode(2)
    }
  }
}
