internal import CurlHTTP
internal import DemoMesh
internal import Foundation

/// A real Prometheus that watches one metric, and a real Alertmanager that tells Flyball of it.
final class AlertSystem: Sendable {
  let alertmanagerPort: Int
  private let folder: String
  private let prometheus: ChildProcess
  private let alertmanager: ChildProcess
  private let metrics: ChildProcess

  /// Alertmanager posts to `webhook` with the token; the alert is about the identity.
  init(webhook: String, token: String, about identity: String, alertmanagerPort: Int) throws {
    self.alertmanagerPort = alertmanagerPort
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
    try """
    route: {receiver: flyball, group_by: [alertname], group_wait: 0s, group_interval: 1s}
    receivers:
      - name: flyball
        webhook_configs:
          - url: \(webhook)
            http_config: {authorization: {credentials: \(token)}}

    """.write(toFile: folder + "/alertmanager.yaml", atomically: true, encoding: .utf8)
    let venv = TestMesh.root + "/.venv"
    try Self.set(0, in: folder)
    metrics = try ChildProcess(
      name: "metrics", executable: venv + "/bin/python",
      arguments: [
        "-m", "http.server", "\(metricsPort)", "--bind", "127.0.0.1", "--directory", folder,
      ], logPath: folder + "/metrics.log")
    alertmanager = try ChildProcess(
      name: "alertmanager", executable: "/bin/sh",
      arguments: [
        "-c", "cd '\(venv)/alertmanager' && exec ./alertmanager \"$@\"", "alertmanager",
        "--config.file=\(folder)/alertmanager.yaml", "--storage.path=\(folder)/am",
        "--web.listen-address=127.0.0.1:\(alertmanagerPort)", "--cluster.listen-address=",
      ], logPath: folder + "/alertmanager.log")
    prometheus = try ChildProcess(
      name: "prometheus", executable: venv + "/prometheus",
      arguments: [
        "--config.file=\(folder)/prometheus.yaml", "--storage.tsdb.path=\(folder)/prometheus",
        "--web.listen-address=127.0.0.1:\(prometheusPort)",
      ], logPath: folder + "/prometheus.log")
  }

  var lastOutput: String {
    [prometheus, alertmanager, metrics].map { "\($0.name): \($0.lastOutput)" }
      .joined(separator: "\n")
  }

  /// What the metric says from now on.
  func set(_ value: Int) throws { try Self.set(value, in: folder) }

  /// What Alertmanager holds, as its interface tells it.
  func alerts(_ filter: String = "") async throws -> String {
    try await HTTPConnection().send(
      HTTPRequest(url: "http://127.0.0.1:\(alertmanagerPort)/api/v2/alerts\(filter)")
    ).text
  }

  func stop() {
    for process in [prometheus, alertmanager, metrics] {
      process.kill()
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(atPath: folder)  // Only temporary files.
  }

  private static func set(_ value: Int, in folder: String) throws {
    try? FileManager.default.removeItem(atPath: folder + "/metrics")  // The folder, the first time.
    try "shells_in_containers \(value)\n".write(
      toFile: folder + "/metrics", atomically: true, encoding: .utf8)
  }
}
