internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  @Test(
    "a scanning client is cut off at the gateway, its neighbours and the mesh are not",
    .enabled(if: !OutsideClient.ownAddresses.isEmpty, "needs an address beside loopback"),
    .timeLimit(.minutes(2)), arguments: ["quarantine", "throttle"])
  func scanningClient(stage: String) async throws {
    let address = try #require(OutsideClient.ownAddresses.first)
    let action =
      stage == "quarantine"
      ? "{action: quarantine}" : "{action: throttle, with: {rate: 2/s, burst: 2}}"
    try await TestMesh.with(configure: { options in
      options.hasGateway = true
      options.workloads = Workload.shop
      options.policies["clients.yaml"] = """
        apiVersion: flyball.dev/v1alpha1
        kind: ResponsePolicy
        metadata: {name: clients}
        spec:
          match: [{score: {detector: lateral-movement, above: 0.99}}]
          scope: {clients: true}
          steps: [\(action)]
          verify: {within: 3s}
          revert: {ttl: 60s, when: {scoreBelow: 0.4, for: 3s}, through: {rate: 100/s, burst: 100}}

        """
    }) { run, load in
      let port = run.mesh.ports["ingress"]?.inbound ?? 0
      let scanner = try OutsideClient(from: address, toLoopback: port)
      for number in 0..<8 {
        _ = try scanner.status(of: "/wp-admin/\(number).php")
      }
      let found = try await run.waitForAction(seconds: 10, "an action against the client") {
        $0.subject.hasPrefix("\(address) at ") && $0.stage == stage
      }
      #expect(found.proxies.map(\.proxy).count == 1)
      // Headers name nobody: the throttle follows the connection, whatever the client claims.
      let refusal = stage == "quarantine" ? 403 : 429
      try await run.wait(seconds: 10, for: "a refusal on the live connection") {
        (0..<5).contains { _ in (try? scanner.status(of: "/")) == refusal }  // Refused otherwise.
      }
      #expect(await TestMesh.status(run.mesh.external(path: "/")) == 200)
      _ = try await run.waitForAction(seconds: 10, "the proof") {
        $0.id == found.id && $0.verdict == "effective"
      }
      _ = load.innocents.take()
      _ = try await run.waitForAction(seconds: 30, "the release") {
        $0.id == found.id && $0.state == "released"
      }
      try await run.wait(seconds: 5, for: "the client to be served again") {
        (try? scanner.status(of: "/")) == 200  // Refused otherwise.
      }
      let innocents = load.innocents.take()
      #expect(innocents.succeeded == innocents.sent, "\(innocents.failures)")
    }
  }
}
