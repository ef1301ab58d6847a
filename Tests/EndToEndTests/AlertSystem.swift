internal import DemoMesh
internal import Foundation
internal import TestServer

/// A real Prometheus that watches one metric, and a real Alertmanager that tells Flyball of it.
final class AlertSystem: Sendable {
  let alertmanager: Alertmanager
  private let folder: String
  private let prometheus: ChildProcess
  private let metrics: ChildProcess

  /// Alertmanager posts to `webhook` with the token; the alert is about the identity.
  init(
    webhook: String, token: String, about identity: String, alertmanagerPort: Int
  ) async throws {
    folder =
      FileManager.default.temporaryDirectory.path
      + "/flyball-alerts-\(UInt32.random(in: 0 ... .max))"
    let ports = FreePort.find(2)
    let (metricsPort, prometheusPort) = (ports[0], ports[1])
    try FileManager.default.createDirectory(
      atPath: folder + "/metrics", withIntermediateDirectories: true)
    try """
    groups:
      - name: shop
        rules:
          - alert: ShellInContainer
            expr: shells_in_containers > 0
            labels: {severity: critical, spiffe_id: "\(identity)"}
            annotations: {summary: "A shell was started in a container"}

    """.write(toFile: folder + "/rules.yaml", atomically: true, encoding: .utf8)
    try """
    global: {scrape_interval: 500ms, evaluation_interval: 500ms}
    rule_files: [rules.yaml]
    alerting:
      alertmanagers: [{static_configs: [{targets: ["127.0.0.1:\(alertmanagerPort)"]}]}]
    scrape_configs:
      - {job_name: shop, static_configs: [{targets: ["127.0.0.1:\(metricsPort)"]}]}

    """.write(toFile: folder + "/prometheus.yaml", atomically: true, encoding: .utf8)
    alertmanager = try await Alertmanager(
      port: alertmanagerPort,
      configuration: """
        route: {receiver: flyball, group_by: [alertname], group_wait: 0s, group_interval: 1s}
        receivers:
          - name: flyball
            webhook_configs:
              - url: \(webhook)
                http_config: {authorization: {credentials: \(token)}}

        """)
    let venv = TestMesh.root + "/.venv"
    try Self.set(0, in: folder)
    metrics = try ChildProcess(
      name: "metrics", executable: venv + "/bin/python",
      arguments: [
        "-m", "http.server", "\(metricsPort)", "--bind", "127.0.0.1", "--directory", folder,
      ], logPath: folder + "/metrics.log")
    prometheus = try ChildProcess(
      name: "prometheus", executable: venv + "/prometheus",
      arguments: [
        "--config.file=\(folder)/prometheus.yaml", "--storage.tsdb.path=\(folder)/prometheus",
        "--web.listen-address=127.0.0.1:\(prometheusPort)",
      ], logPath: folder + "/prometheus.log")
  }

  /// What the metric says from now on.
  func set(_ value: Int) throws { try Self.set(value, in: folder) }

  func stop() {
    for process in [prometheus, metrics] {
      process.kill()
      process.waitUntilExit()
    }
    alertmanager.stop()
    try? FileManager.default.removeItem(atPath: folder)  // Only temporary files.
  }

  private static func set(_ value: Int, in folder: String) throws {
    try? FileManager.default.removeItem(atPath: folder + "/metrics")  // The folder, the first time.
    try "shells_in_containers \(value)\n".write(
      toFile: folder + "/metrics", atomically: true, encoding: .utf8)
  }
}
