internal import ArgumentParser
internal import Simulation

struct MatrixCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix",
    abstract: "Crash the reference incident at every place; exits 1 when any breaks a rule.")

  @Option(help: "Run only this case.")
  var only: Int?

  @Option(help: "Stop after so many crashes that break a rule.")
  var stopAfter = 5

  func run() async throws {
    let plans = CrashMatrix(.reference()).plans
    let chosen = only.map { [plans[$0]] } ?? plans
    let broken = await Runs.all(chosen, "crashes", stopAfter: stopAfter)
    for world in broken {
      let number = plans.firstIndex { $0.crash == world.plan.crash } ?? 0
      Runs.tell(world, repeatedBy: "flyball-sim matrix --only \(number)")
    }
    guard broken.isEmpty else { throw ExitCode(1) }
    print("\(chosen.count) crashes broke no rule")
  }
}
