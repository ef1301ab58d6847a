internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import Testing

/// Reroute, tighten-mtls, and shadows, decided, proved and released by the daemon.
extension EndToEndTests {
  private static func policy(_ name: String, mode: String = "enforce", _ step: String) -> String {
    """
    apiVersion: flyball.dev/v1alpha1
    kind: ResponsePolicy
    metadata: {name: \(name)}
    spec:
      mode: \(mode)
      match: [{score: {detector: lateral-movement, above: 0.99}}]
      steps: [{action: \(step)}]
      verify: {within: 3s}
      revert: {ttl: 60s, when: {scoreBelow: 0.4, for: 60s}}
      guardrails: {cooldown: 60s}

    """
  }

  /// Sends the request twenty times a second until it is cancelled.
  private static func repeating(_ request: HTTPRequest) -> Task<Void, any Error> {
    Task {
      let connection = HTTPConnection()
      while true {
        _ = await TestMesh.status(request, on: connection)
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  @Test("a scanner is sent to the decoy, proved and released", .timeLimit(.minutes(2)))
  func reroutedScan() async throws {
    try await TestMesh.with(configure: { options in
      options.policies = [
        "reroute.yaml": Self.policy("reroute", "reroute, with: {cluster: decoy}")
      ]
    }) { run, load in
      let bypass = run.mesh.bypass(from: "reports", to: "payments", path: "/pay")
      let action = try await TestMesh.attacking(run) { attack in
        let action = try await run.waitForAction(seconds: 20, "a proved reroute") {
          $0.state == "holding" && $0.stage == "reroute" && $0.subject.hasSuffix("/reports")
        }
        #expect(action.verdict == "effective")
        #expect(await TestMesh.status(bypass) == 202)
        #expect(attack.trace.denied == 0)
        return action
      }
      _ = load.innocents.take()
      try await run.client.order("/v1/actions/\(action.id)/revert")
      _ = try await run.waitForAction(seconds: 20, "the release") {
        $0.id == action.id && $0.state == "released"
      }
      #expect(await TestMesh.status(bypass) == 200)
      let innocents = load.innocents.take()
      #expect(innocents.succeeded == innocents.sent, "\(innocents.failures)")
      // What the decoy answered is no evidence: nothing else was begun.
      #expect(try await run.client.actions().count == 1)
    }
  }

  @Test("a proxy without the route to the decoy is named", .timeLimit(.minutes(2)))
  func reroutedWithoutRoute() async throws {
    try await TestMesh.with(configure: { options in
      options.policies = [
        "reroute.yaml": Self.policy("reroute", "reroute, with: {cluster: decoy}")
      ]
      options.faults["users"] = .noDecoyRoute
    }) { run, _ in
      let probe = Self.repeating(run.mesh.bypass(from: "reports", to: "users", path: "/profile"))
      defer { probe.cancel() }
      let action = try await TestMesh.attacking(run) { _ in
        // Others may have rerouted a request before this one let one through.
        try await run.waitForAction(seconds: 20, "the contradiction") {
          $0.verdict?.hasPrefix("ineffective") == true || $0.state == "failed"
        }
      }
      let verdict = try #require(action.reason ?? action.verdict)
      #expect(
        verdict == "ineffective: behaviour at users: let a request of the subject through: it may"
          + " have no route to decoy")
    }
  }

  @Test(
    "a shadow policy is proved beside an enforcing one, for the same scan", .timeLimit(.minutes(2)))
  func shadowPolicy() async throws {
    try await TestMesh.with(configure: { options in
      options.policies["a-shadow.yaml"] = Self.policy("shadow", mode: "shadow", "quarantine")
    }) { run, load in
      try await TestMesh.attacking(run) { _ in
        _ = try await TestMesh.quarantined(run)
        let shadow = try await run.waitForAction(seconds: 15, "a proved shadow") {
          $0.state == "holding" && $0.stage == "shadow quarantine"
        }
        #expect(shadow.policy == "shadow")
        #expect(shadow.verdict == "effective")
      }
      let innocents = load.innocents.take()
      #expect(innocents.succeeded == innocents.sent, "\(innocents.failures)")
    }
  }

  @Test("a scanner's own inbound is tightened, and that is proved", .timeLimit(.minutes(2)))
  func tightenedScanner() async throws {
    try await TestMesh.with(configure: { options in
      options.policies = ["tighten.yaml": Self.policy("tighten", "tighten-mtls")]
      options.faults["reports"] = .permissive
    }) { run, load in
      let plain = HTTPRequest(
        url: "http://127.0.0.1:\(run.mesh.ports["reports"]?.inbound ?? 0)/daily",
        headers: ["Host: reports"], timeoutMilliseconds: 3_000)
      let known = run.mesh.bypass(from: "frontend", to: "reports", path: "/daily")
      #expect(await TestMesh.status(plain) == 200)
      let probe = Self.repeating(plain)
      defer { probe.cancel() }
      let action = try await TestMesh.attacking(run) { _ in
        try await run.waitForAction(seconds: 20, "a proved tightening") {
          $0.state == "holding" && $0.stage == "tighten-mtls"
        }
      }
      #expect(action.verdict == "effective")
      #expect(action.proxies.map(\.proxy) == ["reports"])
      #expect(await TestMesh.status(plain) == 403)
      #expect(await TestMesh.status(known) == 200)
      try await run.client.order("/v1/actions/\(action.id)/revert")
      _ = try await run.waitForAction(seconds: 20, "the release") {
        $0.id == action.id && $0.state == "released"
      }
      #expect(await TestMesh.status(plain) == 200)
      let innocents = load.innocents.take()
      #expect(innocents.succeeded == innocents.sent, "\(innocents.failures)")
    }
  }
}
