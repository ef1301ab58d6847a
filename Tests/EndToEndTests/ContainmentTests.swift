internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Testing

extension EndToEndTests {
  @Test(
    "a scan is cut, names nothing secret, and harms no innocent caller", .timeLimit(.minutes(2)))
  func scanIsCut() async throws {
    try await TestMesh.with { run, load in
      let text = try await TestMesh.attacking(run) { attack in
        let action = try await TestMesh.quarantined(run)
        #expect(action.verdict == "effective")
        #expect(action.proxies.count == 5)
        #expect(action.proxies.allSatisfy { $0.accepted != nil })
        try await run.wait(seconds: 15, for: "denials and innocent calls") {
          attack.trace.denied > 100 && load.innocents.counts.sent > 100
        }
        return attack.trace.denialText
      }
      #expect(text == "RBAC: access denied")
      let innocents = load.innocents.take()
      #expect(innocents.succeeded == innocents.sent, "\(innocents.failures)")
    }
  }

  @Test("live connections are cut too, at the caller and at the called", .timeLimit(.minutes(2)))
  func liveConnections() async throws {
    try await TestMesh.with { run, _ in
      let own = HTTPConnection()
      let direct = HTTPConnection()
      let ordinary = run.mesh.request(from: "reports", to: "orders", path: "/export")
      let bypass = run.mesh.bypass(from: "reports", to: "payments", path: "/pay")
      #expect(await TestMesh.status(ordinary, on: own) == 200)
      #expect(await TestMesh.status(bypass, on: direct) == 200)
      try await TestMesh.attacking(run) { _ in _ = try await TestMesh.quarantined(run) }
      #expect(await TestMesh.status(ordinary, on: own) == 403)
      #expect(await TestMesh.status(bypass, on: direct) == 403)
    }
  }

  @Test("what Envoy answers before its filters is not taken for a leak", .timeLimit(.minutes(2)))
  func malformedRequests() async throws {
    try await TestMesh.with { run, _ in
      let action = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      try await Task.sleep(for: .milliseconds(600))
      var hostless = run.mesh.bypass(from: "reports", to: "payments", path: "/pay")
      hostless.headers = ["Host:"]
      for _ in 0..<5 { #expect(await TestMesh.status(hostless) == 400) }
      try await Task.sleep(for: .milliseconds(500))
      #expect(try await run.client.action(action.id).verdict == "effective")
    }
  }

  @Test("an Envoy restarted during quarantine enforces again", .timeLimit(.minutes(2)))
  func restartedEnvoy() async throws {
    try await TestMesh.with { run, _ in
      try await TestMesh.attacking(run) { _ in _ = try await TestMesh.quarantined(run) }
      let bypass = run.mesh.bypass(from: "reports", to: "payments", path: "/pay")
      run.process("payments")?.kill()
      try await run.wait(seconds: 5, for: "the Envoy to be gone") {
        await TestMesh.status(bypass) == 0
      }
      try run.startEnvoy("payments")
      try await run.wait(seconds: 20, for: "enforcement after the restart") {
        await TestMesh.status(bypass) == 403
      }
    }
  }

  @Test("one reporter alone cannot get a workload quarantined", .timeLimit(.minutes(2)))
  func oneReporter() async throws {
    try await TestMesh.with { run, _ in
      let liar = try FakeReporter(run.mesh, identity: "payments")
      try await liar.accuse("orders", count: 60)
      let action = try await run.waitForAction(seconds: 10, "an action against orders") {
        $0.subject.hasSuffix("/orders")
      }
      #expect(action.stage == "throttle")
      try await liar.accuse("orders", count: 60)
      try await Task.sleep(for: .seconds(1))
      let actions = try await run.client.actions().filter { $0.subject.hasSuffix("/orders") }
      #expect(actions.allSatisfy { $0.stage != "quarantine" })
      #expect(
        actions.allSatisfy { action in
          action.events?.allSatisfy { !$0.detail.hasPrefix("quarantine") } ?? true
        })
    }
  }

  @Test("a pause stops new actions within a second while releases go on", .timeLimit(.minutes(2)))
  func pause() async throws {
    try await TestMesh.with(TestMesh.Times(calm: 2_000)) { run, _ in
      let first = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      let began = ContinuousClock.now
      try await run.client.order("/v1/pause")
      #expect(ContinuousClock.now - began < .seconds(1))
      _ = try await run.waitForAction(seconds: 30, "the release while paused") {
        $0.id == first.id && $0.state == "released"
      }
      try await Task.sleep(for: .seconds(1))
      try await TestMesh.attacking(run) { attack in
        let refused = try await run.waitForAction(seconds: 10, "a refusal") {
          $0.id != first.id && $0.state == "refused"
        }
        #expect(refused.reason?.contains("paused") == true)
        #expect(attack.trace.denied == 0)
      }
      try await run.client.order("/v1/resume")
      #expect(try await run.client.status().paused == false)
    }
  }
}
