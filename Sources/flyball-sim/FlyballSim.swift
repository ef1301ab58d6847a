internal import ArgumentParser

/// Runs the decision core in virtual time against a hostile mesh; `make sim` runs it. It is a program
/// of its own so that who runs the daemon carries none of it.
@main
struct FlyballSim: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flyball-sim", abstract: "Try the decision core against faults, by seeds.",
    subcommands: [
      SeedsCommand.self, SeedCommand.self, MatrixCommand.self, StabilityCommand.self,
    ])
}
