internal import ControlAPI
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Testing

extension EndToEndTests {
  @Test(
    "with OpenTelemetry logs alone an attack is cut, proved, and the way back proved",
    .timeLimit(.minutes(2)))
  func openTelemetryLoop() async throws {
    try await TestMesh.with(TestMesh.Times(calm: 2_000)) {
      $0.accessLog = .openTelemetry
    } _: { run, load in
      let quarantined = try await TestMesh.attacking(run) { attack in
        let action = try await TestMesh.quarantined(run)
        try await run.wait(seconds: 15, for: "denials and innocent calls") {
          attack.trace.denied > 100 && load.innocents.counts.sent > 100
        }
        return action
      }
      #expect(quarantined.verdict == "effective")
      #expect(quarantined.proxies.count == 5)
      #expect(quarantined.proxies.allSatisfy { $0.accepted != nil })
      let innocents = load.innocents.take()
      #expect(innocents.succeeded == innocents.sent, "\(innocents.failures)")
      let released = try await run.waitForAction(seconds: 30, "the release") {
        $0.id == quarantined.id && $0.state == "released"
      }
      #expect(released.events?.last?.detail.contains("baseline at 5 proxies") == true)
      let metrics = try await HTTPConnection().send(
        HTTPRequest(url: "http://127.0.0.1:\(run.mesh.healthPort)/metrics")
      ).text
      #expect(metrics.contains("flyball_entries_deduplicated_total 0.0"))
      for reason in ["not_own", "no_request", "unknown_listener", "no_peer_identity", "malformed"] {
        #expect(metrics.contains("flyball_entries_rejected_total{reason=\"\(reason)\"} 0.0"))
      }
    }
  }
}
