internal import JSONNodes
internal import MeshModel

/// Alertmanager's webhook, version 4, and Grafana's, which says version 1 and has more members.
///
/// An alert is the same as another when fingerprint and start are. Source: Alertmanager's
/// documentation of `webhook_config`, Grafana's of its webhook notifier.
enum AlertmanagerReader {
  static func read(_ node: JSONNode, at now: Timestamp) throws(SignalRefusal) -> SignalReading {
    let message = try Members(node, at: "")
    let version = try message.neededText("version")
    guard version == "4" || version == "1" else {
      throw .unsupportedVersion(ShownText.line(version, bytes: 16))
    }
    guard let alerts = try message.array("alerts") else { throw .missing("alerts") }
    let truncated = message.node("truncatedAlerts")?.scalarText.flatMap(Int.init) ?? 0
    var reading = SignalReading()
    reading.read(alerts) { alert throws(SignalRefusal) in try signal(alert, at: now) }
    reading.leaveOut(truncated)
    return reading
  }

  private static func signal(
    _ node: JSONNode, at now: Timestamp
  ) throws(SignalRefusal) -> Signal {
    let alert = try Members(node, at: "alert")
    let fingerprint = try alert.neededText("fingerprint")
    let start = try time(alert, "startsAt")
    guard let start else { throw .missing(alert.place("startsAt")) }
    let status: Signal.Status =
      switch try alert.neededText("status") {
      case "firing": .firing
      case "resolved": .resolved(at: try time(alert, "endsAt"))
      case let other: throw .unknownStatus(ShownText.line(other, bytes: 32))
      }
    var draft = SignalDraft(at: now)
    let labels = try alert.members("labels")
    let annotations = try alert.members("annotations")
    draft.add(labelsOf: labels)
    draft.set(severity: draft.label("severity"))
    draft.set(
      name: draft.label("alertname") ?? "alert", title: try annotations.text("summary"),
      text: try annotations.text("description"))
    draft.add(link: try alert.text("generatorURL"))
    draft.add(link: try annotations.text("runbook_url"))
    draft.add(link: try alert.text("dashboardURL"))
    return try draft.signal(
      id: [fingerprint, String(start.microseconds)], from: .alertmanager, status, started: start)
  }

  /// The year 1 stands for no time.
  private static func time(
    _ alert: Members, _ name: String
  ) throws(SignalRefusal) -> Timestamp? {
    guard let text = try alert.text(name), !text.isEmpty else { return nil }
    guard let time = Timestamp(internetTime: text) else { throw .notATime(alert.place(name)) }
    return time.microseconds > 0 ? time : nil
  }
}
