internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import Testing

/// Actions that would do, or keep doing, what nobody wants.
extension EndToEndTests {
  @Test(
    "a quarantine that makes callers of its subject fail becomes a throttle, and they recover",
    .timeLimit(.minutes(2)))
  func collateralIsUndone() async throws {
    try await TestMesh.with {
      // Nothing `orders` answers is any good without `payments`.
      $0.needs = ["orders": ShopMesh.Need("payments", "/pay")]
    } _: { run, load in
      try await run.wait(seconds: 20, for: "a past to compare with") {
        load.innocents.counts.sent > 400 && load.suspect.counts.sent > 80
      }
      let paths = [("frontend", "/cart"), ("reports", "/export")]
      let action = try await TestMesh.attacking(
        run, from: "orders", targets: ["payments", "users"]
      ) {
        _ in try await TestMesh.quarantined(run, "orders")
      }
      let lessened = try await run.waitForAction(seconds: 20, "the lesser stage") {
        $0.id == action.id && $0.state == "holding" && $0.stage == "throttle"
      }
      let step = lessened.events?.first { $0.event == "releasing" }?.detail ?? ""
      #expect(step.hasPrefix("quarantine to throttle: "), "\(step)")
      #expect(step.contains("of frontend to it fail, before 0 of"), "\(step)")
      #expect(step.contains("of reports to it fail, before 0 of"), "\(step)")
      for (caller, path) in paths {
        let request = run.mesh.request(from: caller, to: "orders", path: path)
        #expect(await TestMesh.status(request) == 200)
      }
      // It is not quarantined again by itself.
      try await TestMesh.attacking(run, from: "orders", targets: ["payments", "users"]) { _ in
        try await Task.sleep(for: .seconds(2))
      }
      let action2 = try await run.client.action(action.id)
      #expect(action2.stage != "quarantine" && action2.state != "recording")
    }
  }

  @Test(
    "an attacker that begins again after a step down is quarantined again, and held longer",
    .timeLimit(.minutes(2)))
  func relapse() async throws {
    try await TestMesh.with(TestMesh.Times(calm: 1_500)) { run, _ in
      let action = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      _ = try await run.waitForAction(seconds: 20, "the step down") {
        $0.id == action.id && $0.stage == "throttle" && $0.state == "holding"
      }
      let again = try await TestMesh.attacking(run) { _ in
        try await run.waitForAction(seconds: 20, "the second quarantine") {
          $0.id == action.id && $0.stage == "quarantine" && $0.state == "holding"
        }
      }
      #expect(again.relapses == 1)
      #expect(again.notAfter == action.notAfter)
      #expect(try await run.client.actions().count { $0.state != "refused" } == 1)
    }
  }

  @Test("a thousand alarms against a budget of five start five actions", .timeLimit(.minutes(2)))
  func budget() async throws {
    try await TestMesh.with {
      $0.configuration = "limits: {maxActive: 5, maxActivePercent: 100}"
    } _: { run, _ in
      for reporter in ["payments", "users"] {
        let fake = try FakeReporter(run.mesh, identity: reporter)
        try await fake.accuse((0..<1_000).map { "made-up-\($0)" }, each: 6)
      }
      try await run.wait(seconds: 20, for: "five actions and refusals") {
        let actions = try await run.client.actions()
        return actions.count { $0.state == "refused" } >= 90
          && actions.count { !["refused", "recording"].contains($0.state) } == 5
      }
      try await Task.sleep(for: .seconds(1))
      let actions = try await run.client.actions()
      #expect(actions.count { $0.state != "refused" } == 5)
      // The first reporter speaks alone at first, and one alone stands behind one action only.
      let reasons = Set(actions.filter { $0.state == "refused" }.compactMap(\.reason))
      #expect(
        reasons.isSubset(of: [
          "5 actions are live, the configured limit",
          "its only witness payments stands behind another live action, or behind too many of late",
        ]), "\(reasons)")
      // The refusals are bounded, and the mesh goes on.
      #expect(actions.count <= 110)
      let request = run.mesh.request(from: "frontend", to: "users", path: "/profile")
      #expect(await TestMesh.status(request) == 200)
    }
  }

  @Test(
    "with the history full, what is in force is released and nothing new starts",
    .timeLimit(.minutes(2)))
  func fullHistory() async throws {
    try await TestMesh.with { run, _ in
      let action = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      let daemon = try #require(run.process("flyball"))
      try prlimit(daemon.pid, fileBytes: 1)
      try await run.client.order("/v1/actions/\(action.id)/revert")
      let request = run.mesh.request(from: "reports", to: "orders", path: "/export")
      try await run.wait(seconds: 10, for: "baseline") { await TestMesh.status(request) == 200 }
      try await run.wait(seconds: 10, for: "the daemon to say so") {
        let status = try await run.client.status()
        return status.unsafe != nil && status.openActions == 0
      }
      #expect(daemon.isRunning)
      try await TestMesh.attacking(run, from: "frontend", targets: ["orders", "users"]) { attack in
        try await run.wait(seconds: 10, for: "an attack in full") { attack.trace.leaked > 40 }
      }
      #expect(try await run.client.status().openActions == 0)
    }
  }

  @Test(
    "what was reverted with the history full is not enforced again after a crash",
    .timeLimit(.minutes(2)))
  func revertedWithoutRecord() async throws {
    try await TestMesh.with { run, _ in
      let action = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      let daemon = try #require(run.process("flyball"))
      // Below what the log of the history has grown to, above the first slots of the note.
      try prlimit(daemon.pid, fileBytes: 4_096)
      try await run.client.order("/v1/actions/\(action.id)/revert")
      try await run.wait(seconds: 10, for: "the daemon to say so") {
        let status = try await run.client.status()
        return status.unsafe != nil && !status.historyWritable && status.openActions == 0
      }
      daemon.kill()
      daemon.waitUntilExit()
      try await run.startFlyball()
      try await run.waitUntilAttached()
      let released = try await run.waitForAction(seconds: 20, "the recorded release") {
        $0.id == action.id && $0.state == "released"
      }
      #expect(released.events?.map(\.event).contains("adopted") == false)
      let request = run.mesh.request(from: "reports", to: "orders", path: "/export")
      #expect(await TestMesh.status(request) == 200)
    }
  }

  @Test(
    "with the daemon dead, revert --all takes everything back, and the next daemon leaves it so",
    .timeLimit(.minutes(2)))
  func revertWithoutDaemon() async throws {
    try await TestMesh.with { run, _ in
      let action = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      let daemon = try #require(run.process("flyball"))
      daemon.kill()
      daemon.waitUntilExit()
      let request = run.mesh.request(from: "reports", to: "orders", path: "/export")
      #expect(await TestMesh.status(request) == 403)
      let output = try Program.flyball(
        "revert", "--all", "--yes", "--timeout", "30", "--config", run.mesh.configurationPath)
      #expect(output.status == 0, "\(output)")
      #expect(output.out == "\(action.id) closed\n5 proxies at baseline\n")
      #expect(await TestMesh.status(request) == 200)
      try await run.startFlyball()
      try await run.waitUntilAttached()
      #expect(await TestMesh.status(request) == 200)
      #expect(try await run.client.action(action.id).state == "released")
    }
  }

  private func prlimit(_ pid: Int32, fileBytes: Int) throws {
    let output = try Program.run("/usr/bin/prlimit", "--pid", "\(pid)", "--fsize=\(fileBytes)")
    try #require(output.status == 0, "\(output)")
  }
}
