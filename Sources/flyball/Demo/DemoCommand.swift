internal import ArgumentParser
internal import DemoMesh
internal import Foundation
internal import Logging
internal import LoopRuntime

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Run a shop on loopback behind real Envoys, attack it, and watch the loop close.",
    discussion: """
      Exit codes with --once: 0 when every stage was proved, 1 when one was not.
      """)

  @Flag(help: "End after the attack is over, instead of staying up.")
  var once = false
  @Option(help: "Repeats the choices of an earlier run; times differ.")
  var seed: UInt64 = 1
  @Option(help: "Milliseconds between flushes of the access logs.")
  var flush = 50
  @Option(help: "Where the demonstration keeps its files; emptied first.")
  var folder = ".demo"
  @Option(help: "Attack this many times, and print only the distribution of the reaction time.")
  var measure: Int?

  func validate() throws {
    guard (1...10_000).contains(flush) else {
      throw ValidationError("--flush is 1 to 10000 milliseconds.")
    }
    guard (1...1_000).contains(measure ?? 1) else {
      throw ValidationError("--measure is 1 to 1000.")
    }
  }

  func run() async throws {
    LoggingSystem.bootstrap(SwiftLogNoOpLogHandler.init)
    let root = FileManager.default.currentDirectoryPath
    do {
      var options = ShopMesh.Options(
        policies: DemoPolicies.files(isMeasuring: measure != nil),
        envoy: try DemoPaths.envoy(root: root),
        flyball: Bundle.main.executablePath ?? CommandLine.arguments[0],
        folder: URL(fileURLWithPath: folder).path)
      options.flushMilliseconds = flush
      // A test of the loop between two attacks would be measured, too.
      if measure != nil { options.selfTest = "off" }
      let run = MeshRun(try ShopMesh(options))
      // Whatever ends this, the Envoys it started end too.
      defer { run.stop() }
      let proved = try await Interrupt.orValue { try await play(on: run) }
      guard let proved else {
        // Ending what stays up until it is ended is no failure.
        throw once || measure != nil ? ExitCode(130) : ExitCode.success
      }
      if !proved { throw ExitCode(1) }
    } catch let error as DemoError {
      Terminal.error("flyball: \(error)")
      throw ExitCode(1)
    }
  }

  private func play(on run: MeshRun) async throws -> Bool {
    let clock = LoopClock()
    if let measure {
      try await ReactionTime(run: run, seed: seed, trials: measure, clock: clock).measure()
      return true
    }
    return try await DemoStory(run: run, seed: seed, clock: clock).tell(staysUp: !once)
  }
}
