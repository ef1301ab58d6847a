internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import Testing

extension EndToEndTests {
  @Test(
    "promtool accepts the metrics, and what is shipped for monitoring asks only for those there are",
    .timeLimit(.minutes(2)))
  func monitoring() async throws {
    let port = FreePort.find(1)[0]
    try await TestMesh.with {
      $0.selfTest = "10s"
      $0.configuration = """
        rules: "\(TestMesh.root)/rules/sigma"
        notifications: {receivers: [{name: nobody, kind: slack, url: "http://127.0.0.1:9"}]}
        threats: {feeds: [{name: none, kind: list, file: nowhere.txt}]}
        signals:
          listen: 127.0.0.1:\(port)
          insecure: true
          senders:
            - name: am
              format: alertmanager
              bearer:
                - id: "0000000000000000"
                  sha256: "\(String(repeating: "0", count: 64))"
                  expires: 2100-01-01T00:00:00Z
        """
    } _: { run, _ in
      let refused = try await SignalMesh.send(
        [], to: "http://127.0.0.1:\(port)/signals/am", [])
      #expect(refused.status == 401)
      try await run.wait(seconds: 30, for: "the first self-test") {
        try await TestMesh.metrics(run).contains("flyball_self_test_stage_seconds{")
      }
      let metrics = try await TestMesh.metrics(run)
      let file = run.mesh.options.folder + "/metrics.txt"
      try metrics.write(toFile: file, atomically: true, encoding: .utf8)
      let lint = try Program.run(
        "/bin/sh", "-c", "exec '\(Self.promtool)' check metrics <'\(file)'")
      #expect(lint.status == 0, "\(lint.out)\(lint.err)")

      let there = Set(
        metrics.split(separator: "\n").filter { !$0.hasPrefix("#") }
          .map { String($0.prefix { !"{ ".contains($0) }) })
      let asked = try Self.expressions().flatMap(Self.names(in:))
      #expect(asked.count > 40)
      for metric in Set(asked).subtracting(there).sorted() {
        Issue.record("no metric is called \(metric)")
      }
    }
  }

  @Test("alert rules fire when they should, and the dashboard's expressions parse")
  func monitoringFiles() throws {
    let folder = TestMesh.root + "/deploy/prometheus"
    let rules = try Program.run(
      Self.promtool, "test", "rules", folder + "/flyball-alerts.test.yaml")
    #expect(rules.status == 0, "\(rules.out)\(rules.err)")

    let file =
      FileManager.default.temporaryDirectory.path
      + "/flyball-test-\(UInt32.random(in: 0 ... .max)).yaml"
    defer { try? FileManager.default.removeItem(atPath: file) }  // Only a temporary file.
    var groups = "groups:\n- name: dashboard\n  rules:\n"
    for (number, expression) in try Self.dashboard().enumerated() {
      let text = expression.replacing("$__rate_interval", with: "1m")
      groups += "  - record: panel\(number)\n    expr: >-\n      \(text)\n"
    }
    try groups.write(toFile: file, atomically: true, encoding: .utf8)
    let parsed = try Program.run(Self.promtool, "check", "rules", file)
    #expect(parsed.status == 0, "\(parsed.out)\(parsed.err)")
  }

  private static let promtool = TestMesh.root + "/.venv/promtool"

  /// All that the alert rules and the dashboard ask for.
  private static func expressions() throws -> [String] {
    let alerts = try String(
      contentsOfFile: TestMesh.root + "/deploy/prometheus/flyball-alerts.yaml", encoding: .utf8)
    return try dashboard() + [alerts.replacing(/annotations:(\n {10}.*)+/, with: "")]
  }

  private static func dashboard() throws -> [String] {
    struct Dashboard: Decodable {
      struct Panel: Decodable {
        struct Target: Decodable { var expr: String }
        var targets: [Target]?
      }
      var panels: [Panel]
    }
    let data = try Data(
      contentsOf: URL(fileURLWithPath: TestMesh.root + "/deploy/grafana/flyball.json"))
    return try JSONDecoder().decode(Dashboard.self, from: data).panels
      .flatMap { ($0.targets ?? []).map(\.expr) }
  }

  private static func names(in expression: String) -> [String] {
    expression.matches(of: /\b(?:flyball|process)_[a-z_]+/).map { String($0.output) }
  }
}
