internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import LoopRuntime
internal import MeshModel
internal import Testing

extension EndToEndTests {
  @Test("told to stop, it stops in order and says so", .timeLimit(.minutes(2)))
  func stopped() async throws {
    try await TestMesh.with { run, _ in
      let daemon = try #require(run.process("flyball"))
      daemon.terminate()
      try await run.wait(seconds: 20, for: "the end") { !daemon.isRunning }
      #expect(daemon.exitStatus == 0)
      #expect(daemon.lastOutput.contains("stopped; what is in force ends at its own deadline"))
    }
  }

  @Test(
    "killed during quarantine: denied until the deadline, open at most two seconds after it",
    .timeLimit(.minutes(2)))
  func killed() async throws {
    try await TestMesh.with(TestMesh.Times(ttl: 10_000)) { run, _ in
      let action = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      let daemon = try #require(run.process("flyball"))
      daemon.kill()
      daemon.waitUntilExit()
      let own = run.mesh.request(from: "reports", to: "orders", path: "/export")
      let bypass = run.mesh.bypass(from: "reports", to: "payments", path: "/pay")
      let clock = LoopClock()
      while clock.now().rfc3339 < action.notAfter {
        let before = clock.now().rfc3339
        let statuses = [await TestMesh.status(own), await TestMesh.status(bypass)]
        // A request that straddles the deadline may go either way.
        if clock.now().rfc3339 < action.notAfter {
          #expect(statuses == [403, 403], "at \(before), deadline \(action.notAfter)")
        }
        try await Task.sleep(for: .milliseconds(50))
      }
      try await Task.sleep(for: .seconds(2))
      #expect(await TestMesh.status(own) == 200)
      #expect(await TestMesh.status(bypass) == 200)
    }
  }

  @Test(
    "restarted before the deadline: adopts the action, makes no second one, releases and verifies",
    .timeLimit(.minutes(2)))
  func restarted() async throws {
    try await TestMesh.with(TestMesh.Times(calm: 6_000)) { run, _ in
      let action = try await TestMesh.attacking(run) { attack in
        let action = try await TestMesh.quarantined(run)
        let daemon = try #require(run.process("flyball"))
        daemon.kill()
        daemon.waitUntilExit()
        try await run.startFlyball()
        _ = try await run.waitForAction(seconds: 30, "the adopted action proved again") {
          $0.id == action.id && $0.state == "holding"
        }
        #expect(attack.trace.denied > 0)
        return action
      }
      let leakedAfter = await TestMesh.status(
        run.mesh.request(from: "reports", to: "orders", path: "/export"))
      #expect(leakedAfter == 403)
      let released = try await run.waitForAction(seconds: 40, "the release") {
        $0.id == action.id && $0.isClosedForTests
      }
      #expect(released.state == "released", "\(released.reason ?? "")")
      #expect(released.notAfter == action.notAfter)
      #expect(released.events?.contains { $0.event == "adopted" } == true)
      #expect(try await run.client.actions().count == 1)
      #expect(
        await TestMesh.status(run.mesh.request(from: "reports", to: "orders", path: "/export"))
          == 200)
    }
  }
}

extension ActionView {
  var isClosedForTests: Bool { ["released", "refused", "failed", "expired"].contains(state) }
}
