internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  @Test(
    "the loop tests itself on real Envoys, says how it went, and harms nobody",
    .timeLimit(.minutes(2)))
  func selfTestPasses() async throws {
    try await TestMesh.with {
      $0.selfTest = "10s"
    } _: { run, load in
      let last = try await lastTest(run) { $0.outcome == "passed" }
      #expect(last.text.hasPrefix("passed in ") && !last.text.contains("missing"), "\(last.text)")
      #expect(last.remedy == nil)
      #expect(
        last.stages.map(\.stage)
          == ["sense", "score", "decide", "record", "act", "verify", "release"])
      // The story is written a moment after the state changed.
      try await run.wait(seconds: 5, for: "the story") {
        try await run.client.action(last.action).events?.count == 8
      }
      let action = try await run.client.action(last.action)
      #expect(action.subject == "spiffe://shop.demo/flyball/self-test")
      #expect(action.policy == "(self-test)" && action.state == "released")
      let story = action.events?.map(\.event) ?? []
      #expect(
        story == [
          "intent", "applied", "verifying", "effective", "releasing", "verifying-release",
          "released", "self-test",
        ])
      #expect(
        action.events?[3].detail
          == "5 of 5 proxies accepted it and 5 of them denied a probe in its name")
      #expect(
        action.events?[6].detail
          == "baseline at 5 proxies; no traffic of it was seen, probes pass at 5 of them")
      #expect(try await run.client.actions().isEmpty)
      let metrics = try await TestMesh.metrics(run)
      #expect(metrics.contains("flyball_self_test_runs_total{outcome=\"failed\"} 0.0"))
      #expect(metrics.contains("flyball_self_test_stage_seconds{stage=\"release\"}"))
      #expect(!metrics.contains("flyball_self_test_last_success_timestamp_seconds 0.0"))
      #expect(metrics.contains("flyball_actions_open 0.0"))
      let innocents = load.innocents.take()
      #expect(innocents.sent > 0 && innocents.succeeded == innocents.sent)
      let shown = try Program.flyball("get", "self-test", "--socket", run.mesh.socketPath)
      #expect(shown.status == 0 && shown.out.contains("release  "))
      let doctor = try Program.flyball("doctor", "--config", run.mesh.configurationPath)
      #expect(doctor.out.contains("self-test"))
      #expect(doctor.status == 0, "\(doctor.out)")
    }
  }

  @Test(
    "an attack that comes while the loop tests itself is answered, and breaks the test off",
    .timeLimit(.minutes(2)))
  func attackDuringSelfTest() async throws {
    try await TestMesh.with {
      $0.selfTest = "10s"
      $0.configuration = "limits: {maxActive: 1, maxActionsPerHour: 1}"
    } _: { run, _ in
      try await run.wait(seconds: 40, for: "a test that waits for its proof") {
        try await run.client.status().selfTest?.running == "verify"
      }
      let action = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      #expect(action.verdict == "effective")
      let test = try #require(try await run.client.status().selfTest)
      #expect(test.running == nil && test.last?.outcome != "failed", "\(test)")
      let metrics = try await TestMesh.metrics(run)
      #expect(metrics.contains("flyball_self_test_runs_total{outcome=\"broken_off\"} 1.0"))
    }
  }

  @Test(
    "proxies that stop answering are found by the self-test at 'act', and one that takes no rules is named",
    .timeLimit(.minutes(3)))
  func selfTestFindsDeadProxies() async throws {
    let ports = FreePort.find(2)
    let relay = try Relay(from: ports[0], to: ports[1])
    defer { relay.stop() }
    try await TestMesh.with {
      $0.selfTest = "10s"
      $0.flyballPort = ports[1]
      for name in ["orders", "users"] { $0.flyballPorts[name] = ports[0] }
    } _: { run, _ in
      _ = try await lastTest(run) { $0.outcome == "passed" }
      relay.freeze()
      let dead = try await lastTest(run) { $0.outcome == "failed" }
      #expect(dead.stage == "act")
      #expect(
        dead.text.contains(
          "accepted at orders: not acknowledged; accepted at users: not acknowledged"),
        "\(dead.text)")
      #expect(!dead.text.contains("payments"))
      let doctor = try Program.flyball("doctor", "--config", run.mesh.configurationPath)
      #expect(doctor.status == 1 && doctor.out.contains("failed at act"))
      relay.thaw()
      _ = try await lastTest(run) { $0.outcome == "passed" }
    }
    try await TestMesh.with {
      $0.selfTest = "10s"
      $0.faults["users"] = .rejectsRBAC
    } _: { run, _ in
      let passed = try await lastTest(run) { $0.outcome == "passed" }
      #expect(passed.text.contains("missing: accepted at users: rejected: "), "\(passed.text)")
      #expect(passed.remedy != nil)
    }
  }

  @Test(
    "addresses of probes that nobody answers at are found by the self-test at 'verify'",
    .timeLimit(.minutes(2)))
  func selfTestFindsDeadProbes() async throws {
    let closed = FreePort.find(5)
    try await TestMesh.with {
      $0.selfTest = "10s"
      for (name, port) in zip(["frontend", "orders", "payments", "reports", "users"], closed) {
        $0.probePorts[name] = port
      }
    } _: { run, _ in
      let dead = try await lastTest(run) { $0.outcome == "failed" }
      #expect(dead.stage == "verify")
      #expect(
        dead.text.contains(
          "no probe was answered at frontend, orders, payments, reports, users"), "\(dead.text)")
    }
    try await TestMesh.with {
      $0.selfTest = "10s"
      $0.probePorts["users"] = closed[0]
    } _: { run, _ in
      let passed = try await lastTest(run) { $0.outcome == "passed" }
      #expect(
        passed.text.hasSuffix("missing: behaviour at users: has not answered its probe"),
        "\(passed.text)")
      #expect(passed.remedy != nil)
    }
  }

  @Test(
    "a history that cannot be written is found by the self-test at 'record', and nothing is sent",
    .timeLimit(.minutes(2)))
  func selfTestFindsDeadHistory() async throws {
    try await TestMesh.with {
      $0.selfTest = "10s"
    } _: { run, _ in
      let daemon = try #require(run.process("flyball"))
      let limited = try Program.run("/usr/bin/prlimit", "--pid", "\(daemon.pid)", "--fsize=1")
      #expect(limited.status == 0)
      let dead = try await lastTest(run) { $0.outcome == "failed" }
      #expect(dead.stage == "record", "\(dead.text)")
      #expect(try await run.client.status().unsafe != nil)
    }
  }

  @Test(
    "a mesh whose access logs do not arrive is found by the self-test at 'sense'",
    .timeLimit(.minutes(2)))
  func selfTestFindsSilence() async throws {
    try await TestMesh.with {
      $0.selfTest = "10s"
    } _: { run, _ in
      for name in ["frontend", "orders", "payments", "reports", "users"] {
        let envoy = try #require(run.process(name))
        envoy.kill()
        envoy.waitUntilExit()
      }
      let dead = try await lastTest(run) { $0.outcome == "failed" }
      #expect(dead.stage == "sense")
      #expect(dead.text == "failed at sense: no proxy reports its access log")
      #expect(dead.remedy?.contains("get nodes") == true)
    }
  }

  /// The last test that told something, once it is such a one.
  private func lastTest(
    _ run: MeshRun, where condition: @escaping @Sendable (SelfTestView.Run) -> Bool
  ) async throws -> SelfTestView.Run {
    try await run.wait(seconds: 45, for: "the self-test") {
      try await run.client.status().selfTest?.last.map(condition) ?? false
    }
    return try #require(try await run.client.status().selfTest?.last)
  }
}
