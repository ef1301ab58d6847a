internal import JSONNodes
internal import Notifications
internal import Signals

/// What Alertmanager says of the alerts of one matter. Source: its API, version 2.
enum AlertQuery {
  /// The matter's id is ours, or an action's: letters, digits and hyphens.
  static func query(of notice: Notice) -> String {
    "filter=id%3D%22\(notice.matter.id)%22"
      + "&filter=\(OwnMark.name)%3D%22\(notice.origin)%22"
  }

  /// Whether every alert of the notice that fires is among those that a silence suppresses.
  static func isSilenced(_ notice: Notice, in body: [UInt8]) -> Bool {
    let bounds = JSONBounds(bytes: 1 << 20, depth: 8, nodes: 60_000)
    // Whoever answers with anything else says nothing of silences.
    guard let alerts = (try? JSONReader.read(body, within: bounds))?.array else { return false }
    let silenced = alerts.compactMap { alert -> String? in
      let alert = alert.object
      let silences = alert?["status"]?.object?["silencedBy"]?.array ?? []
      return silences.isEmpty ? nil : alert?["labels"]?.object?["alertname"]?.string
    }
    return Set(notice.askedNames).isSubset(of: silenced)
  }
}
