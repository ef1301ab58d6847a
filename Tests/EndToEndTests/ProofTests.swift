internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Testing

extension EndToEndTests {
  @Test("a proxy that rejects makes the verdict inconclusive and is named", .timeLimit(.minutes(2)))
  func rejection() async throws {
    try await TestMesh.with(TestMesh.Times(within: 1_500)) {
      $0.faults["users"] = .rejectsRBAC
    } _: { run, _ in
      let action = try await TestMesh.attacking(run) { _ in
        try await run.waitForAction(seconds: 20, "the end of the verification") {
          $0.state == "holding"
        }
      }
      let verdict = try #require(action.verdict)
      #expect(verdict.hasPrefix("inconclusive: accepted at users: rejected: "), "\(verdict)")
      #expect(!verdict.contains("payments"))
      // One proxy's refusal takes nothing from what the others enforce.
      let request = run.mesh.request(from: "reports", to: "orders", path: "/export")
      #expect(await TestMesh.status(request) == 403)
    }
  }

  @Test(
    "a destination without the filter makes the verdict ineffective and is named",
    .timeLimit(.minutes(2)))
  func missingFilter() async throws {
    try await TestMesh.with(TestMesh.Times(within: 1_500)) {
      $0.faults["users"] = .noFilters
    } _: { run, _ in
      let bypass = run.mesh.bypass(from: "reports", to: "users", path: "/profile")
      let around = Task {
        let connection = HTTPConnection()
        while true {
          _ = await TestMesh.status(bypass, on: connection)
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      defer { around.cancel() }
      let action = try await TestMesh.attacking(run) { _ in
        try await run.waitForAction(seconds: 20, "the end of the verification") {
          $0.state == "holding"
        }
      }
      let verdict = try #require(action.verdict)
      #expect(verdict.hasPrefix("ineffective: "), "\(verdict)")
      #expect(verdict.contains("accepted at users: does not subscribe to flyball.rbac"))
      #expect(verdict.contains("behaviour at users: let a request of the subject through"))
      #expect(!verdict.contains("payments"))
    }
  }

  @Test("a rule left behind keeps the release open and is named", .timeLimit(.minutes(2)))
  func leftBehind() async throws {
    let ports = FreePort.find(2)
    let relay = try Relay(from: ports[0], to: ports[1])
    defer { relay.stop() }
    try await TestMesh.with(TestMesh.Times(within: 1_500)) {
      $0.flyballPort = ports[1]
      $0.flyballPorts["users"] = ports[0]
    } _: { run, _ in
      let action = try await TestMesh.attacking(run) { _ in try await TestMesh.quarantined(run) }
      relay.freeze()
      try await run.client.order("/v1/actions/\(action.id)/revert")
      let open = try await run.waitForAction(seconds: 10, "the open release") {
        $0.id == action.id && $0.verdict?.hasPrefix("inconclusive") == true
          && $0.state == "releasing"
      }
      #expect(
        open.verdict == "inconclusive: accepted at users: has not acknowledged the release; "
          + "readback at users: the live configuration still holds it"
          || open.verdict == "inconclusive: accepted at users: has not acknowledged the release")
      let bypass = run.mesh.bypass(from: "reports", to: "users", path: "/profile")
      #expect(await TestMesh.status(bypass) == 403)
      relay.thaw()
      _ = try await run.waitForAction(seconds: 20, "the release to close") {
        $0.id == action.id && $0.state == "released"
      }
      #expect(await TestMesh.status(bypass) == 200)
    }
  }
}
