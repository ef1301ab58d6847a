internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import LoopRuntime
internal import MeshModel

/// Attacks a live mesh again and again, as fast as one connection allows, and prints how long until
/// the first denial.
struct ReactionTime {
  let run: MeshRun
  let seed: UInt64
  let trials: Int
  let clock: LoopClock

  /// Milliseconds since the first bad request; nil for what was not seen.
  private struct Trial {
    /// The fourth bad request was answered: the least that the guard decides by.
    var fourthAnswer: Double?
    var decided: Double?
    /// The intent is durable, and the filters go out.
    var pushed: Double?
    var acknowledged: Double?
    var denied: Double
    var leaked: Int
  }

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
      var results: [Trial] = []
      for number in 1...trials {
        let result = try await attackOnce(seed: seed &+ UInt64(number))
        results.append(result)
        Terminal.error(
          String(
            format: "demo: trial %d of %d: %.1f ms, %d requests leaked", number, trials,
            result.denied, result.leaked))
      }
      report(results, innocents: load.innocents.counts)
      group.cancelAll()
      while let result = await group.nextResult() {
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
      }
    }
  }

  private func attackOnce(seed: UInt64) async throws -> Trial {
    let attack = Attack(
      mesh: run.mesh, from: "reports", targets: ["catalog", "orders", "payments", "users"],
      pauseMilliseconds: 0, now: { clock.now() })
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
    let closed = try await run.waitForAction(seconds: 30, "the release") {
      $0.id == open.id && $0.isClosed
    }
    let trace = attack.trace
    guard let denial = trace.firstDenial, let start = trace.firstRequest else {
      throw DemoError("no denial was seen")
    }
    let events = closed.events ?? []
    let since = { (event: String) in
      events.first { $0.event == event }.map {
        Double($0.microseconds - start.microseconds) / 1_000
      }
    }
    // One acceptance for each proxy of the first stage, before the release has its own.
    let accepted = events.prefix { $0.event != "effective" }.last { $0.event == "accepted" }
    return Trial(
      fourthAnswer: trace.answers.dropFirst(3).first?.milliseconds(since: start),
      decided: since("intent"), pushed: since("applied"),
      acknowledged: accepted.map { Double($0.microseconds - start.microseconds) / 1_000 },
      denied: denial.milliseconds(since: start), leaked: trace.leaked)
  }

  private func report(_ trials: [Trial], innocents: Tally.Counts) {
    let times = trials.map(\.denied)
    let leaked = trials.map { Double($0.leaked) }
    Terminal.out(
      String(
        format: """
          first bad request to first denial, %d attacks, log flush %d ms:
            p50 %.1f ms, p95 %.1f ms, maximum %.1f ms
            requests leaked: p50 %.0f, maximum %.0f
            on the way, p50: fourth answer %.1f ms, decided %.1f ms, recorded %.1f ms, \
          accepted by all %.1f ms
            innocent callers: %d of %d requests succeeded
          """, trials.count, run.mesh.options.flushMilliseconds, quantile(times, 0.5),
        quantile(times, 0.95), times.max() ?? 0, quantile(leaked, 0.5), leaked.max() ?? 0,
        quantile(trials.compactMap(\.fourthAnswer), 0.5),
        quantile(trials.compactMap(\.decided), 0.5), quantile(trials.compactMap(\.pushed), 0.5),
        quantile(trials.compactMap(\.acknowledged), 0.5), innocents.succeeded, innocents.sent))
  }

  private func quantile(_ values: [Double], _ q: Double) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * q))]
  }
}
