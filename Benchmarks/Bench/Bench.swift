internal import ArgumentParser

/// Measures the hot path and evaluates the detectors; `make bench` and `make eval` run it.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flyball-bench", abstract: "Measure the hot path, evaluate the detectors.",
    subcommands: [
      DecodeCommand.self, ScoreCommand.self, MeshCommand.self, SeriesCommand.self,
      BodyCommand.self, FloodCommand.self, RulesCommand.self, IndicatorsCommand.self,
    ])
}
