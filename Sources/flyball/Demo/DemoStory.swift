internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import LoopRuntime
internal import MeshModel

/// Runs the demonstration and tells it as it happens.
struct DemoStory {
  let run: MeshRun
  let seed: UInt64
  let clock: LoopClock

  /// Returns whether every stage was proved.
  func tell(staysUp: Bool) async throws -> Bool {
    let load = BenignLoad(mesh: run.mesh, seed: seed)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await run.mesh.runApplications() }
      try await start()
      group.addTask { try await load.run() }
      let proved = try await incident(load)
      if staysUp { try await stayUp() }
      group.cancelAll()
      while let result = await group.nextResult() {
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
      }
      return proved
    }
  }

  private func start() async throws {
    let names = run.mesh.nodes
    progress("starting the controller")
    try await run.startFlyball()
    progress("starting \(names.count) Envoys: \(names.joined(separator: ", "))")
    try run.startEnvoys()
    progress("waiting until every sidecar has its filters")
    try await run.waitUntilAttached()
  }

  private func incident(_ load: BenignLoad) async throws -> Bool {
    progress("benign load for 3 seconds")
    try await run.waitUntilReporting(["frontend", "orders", "ingress"])
    _ = load.innocents.take()
    try await Task.sleep(for: .seconds(3))
    let before = load.innocents.take()

    let attack = Attack(
      mesh: run.mesh, from: "reports", targets: ["catalog", "orders", "payments", "users"],
      now: { clock.now() })
    let attacking = Task { try await attack.run(seed: seed) }
    defer { attacking.cancel() }
    let live = try await run.waitForAction(seconds: 15, "an action that takes effect") {
      ["holding", "failed", "expired"].contains($0.state) && $0.subject.hasSuffix("/reports")
    }
    var checks = contained(live, attack.trace)
    Terminal.out("\nThe attacker goes on for 2 seconds, then gives up.")
    try await Task.sleep(for: .seconds(2))
    attacking.cancel()
    let ended = try await run.waitForAction(seconds: 70, "the release") {
      $0.id == live.id && $0.isClosed
    }
    checks += returned(ended, attack.trace, before: before, after: load.innocents.take())
    let failed = checks.filter { !$0.holds }.map(\.name)
    Terminal.out(
      failed.isEmpty
        ? "\nEvery stage was proved."
        : "\nNot proved: \(failed.joined(separator: ", ")). Look at .demo/*.log")
    return failed.isEmpty
  }

  private typealias Check = (name: String, holds: Bool)

  private func contained(_ action: ActionView, _ trace: Attack.Trace) -> [Check] {
    let start = trace.firstRequest ?? clock.now()
    let events = action.events ?? []
    let at = { (event: String) in events.first { $0.event == event }?.microseconds }
    let accepted = events.filter { $0.event == "accepted" }
    Terminal.out("\nAn attack, and what became of it. Times count from the first bad request.\n")
    line(start, trace.firstRequest?.microseconds, "first bad request", trace.firstWhat)
    line(start, at("intent"), "detected", events.first { $0.event == "intent" }?.detail ?? "")
    line(start, at("applied"), "recorded, pushed", "action \(action.id)")
    line(
      start, accepted.last?.microseconds, "acknowledged",
      "\(action.proxies.filter { $0.accepted != nil }.count)/\(action.proxies.count) proxies")
    line(
      start, trace.firstDenial?.microseconds, "first denial",
      "seen from outside: 403 \(trace.denialText)")
    line(start, at("effective"), "verified", action.verdict ?? "no verdict")
    Terminal.out("             requests leaked before it: \(trace.leaked)")
    return [
      ("detected", at("intent") != nil), ("recorded", at("applied") != nil),
      ("acknowledged by all", action.proxies.allSatisfy { $0.accepted != nil }),
      ("denied", trace.firstDenial != nil), ("verified", action.verdict == "effective"),
    ]
  }

  private func returned(
    _ action: ActionView, _ trace: Attack.Trace, before: Tally.Counts, after: Tally.Counts
  ) -> [Check] {
    let start = trace.firstRequest ?? clock.now()
    let events = action.events ?? []
    Terminal.out("")
    for event in events {
      switch event.event {
      case "releasing", "verifying-release", "stepped-down", "release-open", "released",
        "failed", "expired":
        line(start, event.microseconds, event.event, event.detail)
      default: break
      }
    }
    Terminal.out(
      """

      Attacker:          \(trace.sent) requests, \(trace.leaked) answered, \(trace.denied) denied
      Innocent callers:  \(share(before)) before, \(share(after)) during and after
      """)
    for failure in after.failures { Terminal.out("  \(failure)") }
    return [
      ("stepped down", events.contains { $0.event == "stepped-down" }),
      ("released to baseline", action.state == "released"),
      ("innocent callers unharmed", after.sent > 0 && after.succeeded == after.sent),
    ]
  }

  private func stayUp() async throws -> Never {
    let socket = run.mesh.socketPath
    let program = run.mesh.options.flyball
    Terminal.out(
      """

      The shop stays up. Look around from another terminal:
        \(program) get nodes --socket \(socket)
        \(program) get actions --socket \(socket)
        curl http://127.0.0.1:\(run.mesh.healthPort)/metrics
      Control-C ends it.
      """)
    // Until the operator ends it.
    while true { try await Task.sleep(for: .seconds(3600)) }
  }

  private func share(_ counts: Tally.Counts) -> String {
    guard counts.sent > 0 else { return "no requests" }
    let percent = 100 * Double(counts.succeeded) / Double(counts.sent)
    return String(format: "%.2f %% of %d succeeded", percent, counts.sent)
  }

  private func line(_ start: Timestamp, _ at: Int64?, _ what: String, _ detail: String) {
    let time =
      at.map { String(format: "%+9.3f s", Double($0 - start.microseconds) / 1e6) }
      ?? "          -"
    Terminal.out(
      "\(time)  \(what.padding(toLength: 18, withPad: " ", startingAt: 0)) \(Terminal.safe(detail))"
    )
  }

  private func progress(_ text: String) {
    Terminal.error("demo: \(text)")
  }
}
