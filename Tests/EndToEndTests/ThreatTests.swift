internal import ControlClient
internal import ControlViews
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  @Test(
    "a client whose agent a feed lists is cut off at its gateway, with who says so",
    .enabled(if: !OutsideClient.ownAddresses.isEmpty, "needs an address beside loopback"),
    .timeLimit(.minutes(2)))
  func listedClient() async throws {
    let address = try #require(OutsideClient.ownAddresses.first)
    let list =
      FileManager.default.temporaryDirectory.path
      + "/flyball-agents-\(UInt32.random(in: 0 ... .max)).txt"
    try "# Known scanners\nevil-scanner/1.0\n".write(
      toFile: list, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: list) }  // Only a temporary file.
    try await TestMesh.with(configure: { options in
      options.hasGateway = true
      options.workloads = Workload.shop
      options.configuration = """
        threats:
          feeds:
            - {name: scanners, kind: list, file: "\(list)", confidence: 90, list: {content: agents}}
        """
      options.policies["listed.yaml"] = """
        apiVersion: flyball.dev/v1alpha1
        kind: ResponsePolicy
        metadata: {name: listed}
        spec:
          match: [{indicator: {minConfidence: 80, feed: scanners, type: agent}}]
          scope: {clients: true}
          steps: [{action: quarantine}]
          verify: {within: 3s}
          revert: {ttl: 60s, when: {scoreBelow: 0.4, for: 3s}}

        """
    }) { run, load in
      try await run.wait(seconds: 10, for: "the feed") {
        try await TestMesh.metrics(run).contains("flyball_indicators{feed=\"scanners\"} 1.0")
      }
      let port = run.mesh.ports["ingress"]?.inbound ?? 0
      let client = try OutsideClient(from: address, toLoopback: port)
      #expect(try client.status(of: "/", agent: "harmless/1.0") == 200)
      #expect(try client.status(of: "/", agent: "evil-scanner/1.0") == 200)
      let found = try await run.waitForAction(seconds: 10, "an action against the client") {
        $0.subject.hasPrefix("\(address) at ") && $0.stage == "quarantine"
      }
      #expect(found.policy == "listed" && found.detector == "indicator")
      _ = try await run.waitForAction(seconds: 10, "the proof") { action in
        // Refused otherwise.
        _ = try? client.status(of: "/", agent: "evil-scanner/1.0")
        return action.id == found.id && action.verdict == "effective"
      }
      #expect(await TestMesh.status(run.mesh.external(path: "/")) == 200)
      let metrics = try await TestMesh.metrics(run)
      #expect(metrics.contains("flyball_indicator_hits_total"))
      #expect(metrics.contains("flyball_feed_keeping{feed=\"scanners\"} 0.0"))
    }
  }
}
