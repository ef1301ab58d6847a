internal import ArgumentParser
internal import MeshModel
internal import Simulation

struct SeedsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seeds", abstract: "Run many seeds; exits 1 when any breaks a rule.")

  @Option(help: "How many seeds.")
  var count = 1_000

  @Option(help: "The first of them.")
  var first: UInt64 = 1

  @Option(help: "Stop after so many seeds that break a rule.")
  var stopAfter = 5

  func run() async throws {
    let seeds = (0..<UInt64(count)).map { first + $0 }
    let broken = await Runs.all(seeds.map { Plan(seed: $0) }, "seeds", stopAfter: stopAfter)
    for world in broken {
      Runs.tell(world, repeatedBy: "flyball-sim seed \(world.plan.seed)")
    }
    guard broken.isEmpty else { throw ExitCode(1) }
    print("\(count) seeds from \(first) on broke no rule")
  }
}

struct SeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seed", abstract: "Run one seed and print its hash.")

  @Argument(help: "The seed.")
  var seed: UInt64

  @Flag(help: "Print the last of the story even if no rule broke.")
  var story = false

  func run() throws {
    var world = World(Plan(seed: seed))
    world.run()
    if story { for line in world.story { print(line) } }
    print("seed \(seed) \(world.plan.mode.rawValue): \(String(world.traceHash, radix: 16))")
    guard world.violation != nil else { return }
    Runs.tell(world, repeatedBy: "flyball-sim seed \(seed)")
    throw ExitCode(1)
  }
}
