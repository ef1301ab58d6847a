internal import ArgumentParser

/// Measures the decision core and the control plane; `make bench` runs it. It is apart from the
/// program for the hot path, whose instructions are counted: valgrind cannot read so large a one.
@main
struct LoopBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flyball-loop-bench", abstract: "Measure the way from a decision to the proxies.",
    subcommands: [PushCommand.self, FiltersCommand.self, ShareCommand.self])
}
