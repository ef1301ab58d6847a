internal import ControlAPI
internal import DemoMesh
internal import Foundation
internal import LoopRuntime
internal import MeshModel

/// Attacks a live mesh again and again, and prints how long until the first denial.
struct ReactionTime {
  let run: MeshRun
  let seed: UInt64
  let trials: Int
  let clock: LoopClock

  func measure() async throws {
    let load = BenignLoad(mesh: run.mesh, seed: seed)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await run.mesh.runApplications() }
      Terminal.error("demo: starting the controller and \(run.mesh.nodes.count) Envoys")
      try await run.startFlyball()
      try run.startEnvoys()
      try await run.waitUntilAttached()
      group.addTask { try await load.run() }
      try await run.waitUntilReporting(["frontend", "orders", "ingress"])
      var milliseconds: [Double] = []
      var leaked: [Double] = []
      for trial in 1...trials {
        let result = try await attackOnce(seed: seed &+ UInt64(trial))
        milliseconds.append(result.milliseconds)
        leaked.append(Double(result.leaked))
        Terminal.error(
          String(
            format: "demo: trial %d of %d: %.1f ms, %d requests leaked", trial, trials,
            result.milliseconds, result.leaked))
      }
      report(milliseconds, leaked, innocents: load.innocents.counts)
      group.cancelAll()
      while let result = await group.nextResult() {
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
      }
    }
  }

  private func attackOnce(seed: UInt64) async throws -> (milliseconds: Double, leaked: Int) {
    let attack = Attack(
      mesh: run.mesh, from: "reports", targets: ["catalog", "orders", "payments", "users"],
      now: { clock.now() })
    var random = SeededRandom(seed: seed)
    // A random phase towards the flush of the logs.
    try await Task.sleep(
      for: .milliseconds(
        Int.random(in: 0...run.mesh.options.flushMilliseconds, using: &random)))
    let attacking = Task { try await attack.run(seed: seed) }
    defer { attacking.cancel() }
    try await run.wait(seconds: 30, for: "the first denial") { attack.trace.firstDenial != nil }
    let open = try await run.waitForAction(seconds: 10, "the verdict") { $0.state == "holding" }
    attacking.cancel()
    _ = try await run.waitForAction(seconds: 30, "the release") {
      $0.id == open.id && $0.isClosed
    }
    let trace = attack.trace
    guard let denial = trace.firstDenial, let start = trace.firstRequest else {
      throw DemoError("no denial was seen")
    }
    return (denial.milliseconds(since: start), trace.leaked)
  }

  private func report(_ times: [Double], _ leaked: [Double], innocents: Tally.Counts) {
    Terminal.out(
      String(
        format: """
          first bad request to first denial, %d attacks, log flush %d ms:
            p50 %.1f ms, p95 %.1f ms, maximum %.1f ms
            requests leaked: p50 %.0f, maximum %.0f
            innocent callers: %d of %d requests succeeded
          """, times.count, run.mesh.options.flushMilliseconds, quantile(times, 0.5),
        quantile(times, 0.95), times.max() ?? 0, quantile(leaked, 0.5), leaked.max() ?? 0,
        innocents.succeeded, innocents.sent))
  }

  private func quantile(_ values: [Double], _ q: Double) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * q))]
  }
}
