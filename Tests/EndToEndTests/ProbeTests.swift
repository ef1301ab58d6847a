internal import ControlViews
internal import ControlClient
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Testing

extension EndToEndTests {
  @Test(
    "the controller's probe is denied by the live rule of its action alone, among few and many",
    .timeLimit(.minutes(2)))
  func probeAtEnvoy() async throws {
    try await ControlledMesh.with { mesh in
      let other = ActionID(number: 99)
      #expect(await mesh.probe(other, at: "payments") == 404)
      let soon = mesh.now().adding(milliseconds: 6_000)
      let reports = try await mesh.quarantine("reports", until: soon)
      for isTree in [false, true] {
        if isTree { try await mesh.quarantine((10..<30).map { "w\($0)" }, lasting: 60_000) }
        #expect(await mesh.probe(reports, at: "payments") == 403)
        #expect(await mesh.probe(reports, at: "users") == 403)
        #expect(await mesh.probe(other, at: "payments") == 404)
        #expect(await mesh.probe(reports, at: "payments", as: "users") == 404)
        #expect(await mesh.call(from: "flyball", to: "payments") == 200)
        #expect(await mesh.call(from: "users", to: "payments") == 200)
        #expect(await mesh.call(from: "reports", to: "payments") == 403)
      }
      for number in [10, 17, 18, 29] {
        #expect(await mesh.probe(ActionID(number: UInt64(number)), at: "payments") == 403)
      }
      try await mesh.sees([reports])
      try await Task.sleep(for: .milliseconds(max(0, soon.milliseconds(since: mesh.now())) + 50))
      #expect(await mesh.probe(reports, at: "payments") == 404)
      try await mesh.release(ActionID(number: 29))
      #expect(await mesh.probe(ActionID(number: 29), at: "payments") == 404)
    }
  }

  @Test(
    "a burst followed by silence is proved by probes, held, and its release too",
    .timeLimit(.minutes(2)))
  func burstThenSilence() async throws {
    try await TestMesh.with(TestMesh.Times(within: 3_000)) { options in
      options.workloads = options.workloads.map { workload in
        var workload = workload
        if workload.name == "payments" { workload.calls = ["orders", "users"] }
        return workload
      }
    } _: { run, _ in
      let found = try await scanOnce(from: "payments", run)
      let action = try await run.waitForAction(seconds: 10, "a proved quarantine") {
        $0.id == found.id && $0.state == "holding"
      }
      #expect(action.verdict == "effective")
      #expect(action.proxies.allSatisfy { $0.firstStopped == nil })
      let asked = action.proxies.filter { $0.proxy != "payments" }
      #expect(asked.count == 4 && asked.allSatisfy { $0.probe == "denied" })
      // The story is written a moment after the state changed.
      try await run.wait(seconds: 5, for: "the proof in the history") {
        try await run.client.action(action.id).events?.first { $0.event == "effective" }?.detail
          == "5 of 5 proxies accepted it and 4 of them denied a probe in its name"
      }
      try await Task.sleep(for: .seconds(2))
      #expect(try await run.client.action(action.id).state == "holding")
      #expect(try await run.client.actions().count == 1)
      try await run.client.order("/v1/actions/\(action.id)/revert")
      let released = try await run.waitForAction(seconds: 10, "the release") {
        $0.id == action.id && $0.state == "released"
      }
      #expect(
        released.events?.last?.detail
          == "baseline at 5 proxies; no traffic of it was seen, probes pass at 4 of them")
    }
  }

  @Test(
    "a sidecar that accepts and does not enforce is found by a probe and named",
    .timeLimit(.minutes(2)))
  func overriddenFilter() async throws {
    try await TestMesh.with {
      $0.faults["users"] = .overridesRBAC
    } _: { run, _ in
      let action = try await TestMesh.attacking(run) { _ in
        try await run.waitForAction(seconds: 15, "a verdict on users") {
          $0.verdict?.contains("users") == true && $0.state == "holding"
        }
      }
      #expect(action.verdict == "ineffective: behaviour at users: let a probe through")
      let users = try #require(action.proxies.first { $0.proxy == "users" })
      #expect(users.accepted != nil && users.readback == true && users.probe == "let through")
      #expect(action.state == "holding")
    }
  }

  @Test(
    "a proxy whose live configuration is not what it acknowledged is found and named",
    .timeLimit(.minutes(2)))
  func fakedAcknowledgement() async throws {
    try await TestMesh.with {
      $0.faults["users"] = .noFilters
    } _: { run, _ in
      let liar = try FakeProxy(run.mesh, identity: "users")
      let lying = Task { try await liar.run() }
      defer { lying.cancel() }
      try await run.wait(seconds: 10, for: "the false acknowledgements") {
        try await run.client.nodes().contains {
          $0.node == "users" && $0.attached && $0.filters.count == 2
            && $0.filters.values.allSatisfy { $0 == "accepted" }
        }
      }
      let action = try await TestMesh.attacking(run) { _ in
        try await run.waitForAction(seconds: 15, "both contradictions") {
          $0.verdict?.contains("readback") == true && $0.verdict?.contains("probe") == true
        }
      }
      #expect(
        action.verdict
          == "ineffective: readback at users: the live configuration lacks it; behaviour at users:"
          + " let a probe through")
      #expect(action.proxies.first { $0.proxy == "users" }?.accepted != nil)
    }
  }

  @Test(
    "an admin interface on a unix socket is read back, and nodes tell their version",
    .timeLimit(.minutes(2)))
  func adminSocket() async throws {
    try await TestMesh.with {
      $0.adminSockets = ["payments"]
    } _: { run, _ in
      let nodes = try await run.client.nodes()
      #expect(nodes.count == 5 && nodes.allSatisfy { $0.version == "1.40.0" })
      let action = try await TestMesh.attacking(run) { _ in
        try await run.waitForAction(seconds: 15, "the readback of payments") {
          $0.proxies.contains { $0.proxy == "payments" && $0.readback == true }
            && $0.verdict != nil
        }
      }
      #expect(action.verdict == "effective")
    }
  }

  /// Asks for what does not exist until Flyball acts, and then no more.
  private func scanOnce(from caller: String, _ run: MeshRun) async throws -> ActionView {
    for path in ["/admin", "/.env", "/debug", "/backup.sql", "/keys"] {
      for target in ["orders", "users"] {
        _ = await TestMesh.status(run.mesh.request(from: caller, to: target, path: path))
        try await Task.sleep(for: .milliseconds(200))
        let action = try await run.client.actions().first {
          $0.subject.hasSuffix("/\(caller)") && $0.stage == "quarantine"
        }
        if let action { return action }
      }
    }
    let actions = try await run.client.actions().map {
      "\($0.state) \($0.stage) \($0.reason ?? "")"
    }
    throw DemoError("nothing came of the scan but \(actions)")
  }
}
