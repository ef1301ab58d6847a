internal import ControlClient
internal import ControlViews
internal import DemoMesh
internal import Foundation
internal import TestServer
internal import Testing

extension EndToEndTests {
  /// Prometheus, Alertmanager, Flyball, Envoy, Alertmanager, and round again: the alert of the action
  /// has a label that leads to the same workload, and Alertmanager sends it to Flyball like any other.
  @Test(
    """
    the whole ring: a rule of Prometheus fires, Envoy throttles, Alertmanager is told, what it \
    silences is told nobody, nothing goes round, and all ends with the rule
    """,
    .timeLimit(.minutes(3)))
  func alertRing() async throws {
    let inbox = EventInbox(isWell: true)
    let server = try LoopbackServer { $0.answer(inbox.take($0.body)) }
    defer { server.stop() }
    let port = FreePort.find(1)[0]
    let notifications = """
      notifications:
        receivers:
          - {name: alerts, kind: alertmanager, url: "http://127.0.0.1:\(port)"}
          - name: events
            kind: cloud-events
            url: "http://127.0.0.1:\(server.port)/"
            silencedBy: alerts
      """
    try await SignalMesh.with(notifications: notifications) { run, url, token in
      let system = try await AlertSystem(
        webhook: url, token: token, about: SignalMesh.reports, alertmanagerPort: port)
      defer { system.stop() }
      try await SignalMesh.waitForStatus(200, run)
      try system.set(1)
      let action = try await Self.throttled(run)
      try await Self.waitForAlerts(
        ["FlyballAction active", "ShellInContainer active"], system, run)
      let own = "id=\"\(action.id)\""
      #expect(try await system.alertmanager.alerts(own) == ["FlyballAction active"])
      try await run.wait(seconds: 10, for: "the notice of the proof") {
        !inbox.events("action.verified").isEmpty
      }
      try await run.wait(seconds: 10, for: "our own alert to come back, and not to be taken") {
        try await TestMesh.metrics(run).contains(
          /flyball_signals_total\{outcome="own",sender="alertmanager"\} [1-9]/)
      }

      try await system.alertmanager.silence("id", action.id)
      try await Self.waitForAlerts(
        ["FlyballAction suppressed", "ShellInContainer active"], system, run)
      try system.set(0)
      let released = try await run.waitForAction(seconds: 30, "the release") {
        $0.id == action.id && $0.state == "released"
      }
      #expect(released.events?.contains { $0.detail.contains("alertmanager resolved") } == true)
      try await SignalMesh.waitForStatus(200, run)
      try await Self.waitForAlerts([], system, run)
      try await run.wait(seconds: 20, for: "nothing to be owed") {
        try await run.client.notices().receivers.allSatisfy { $0.waiting == 0 }
      }
      let receivers = try await run.client.notices().receivers
      #expect(receivers.map(\.silenced) == [0, 1], "\(receivers)")
      #expect(inbox.events("action.released").isEmpty, "what is silenced was told")
      #expect(try await run.client.actions().map(\.id) == [action.id], "it went round")
    }
  }

  /// The throttle that an alert led to, seen from outside and proved.
  private static func throttled(_ run: MeshRun) async throws -> ActionView {
    try await SignalMesh.waitForStatus(429, run)
    let calls = Task {
      while !Task.isCancelled { try await SignalMesh.waitForStatus(429, run) }
    }
    defer { calls.cancel() }
    let action = try await run.waitForAction(seconds: 20, "a proved throttle") {
      $0.policy == "alerts" && $0.verdict == "effective"
    }
    #expect(action.subject == SignalMesh.reports)
    let why = "alert 'A shell was started in a container' (critical) of alertmanager; score 0.99"
    #expect(action.events?.contains { $0.detail.contains(why) } == true)
    return action
  }

  private static func waitForAlerts(
    _ alerts: [String], _ system: AlertSystem, _ run: MeshRun
  ) async throws {
    try await run.wait(seconds: 20, for: "Alertmanager to hold \(alerts)") {
      try await system.alertmanager.alerts() == alerts
    }
  }
}
