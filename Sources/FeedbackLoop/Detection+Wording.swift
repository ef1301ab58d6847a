package import MeshModel

extension Detection {
  /// What was found, with the figures.
  package var reason: String {
    let places = destinations.map(\.description).joined(separator: ", ")
    let share = "\(failures) of \(total)"
    let what =
      switch detector {
      case .lateralMovement: "\(share) first contacts failed"
      case .authFailures: "\(share) requests failed to authenticate"
      case .anomaly:
        evidence?.first.map {
          "\(share) seconds showed \($0.feature.rawValue), where the reference allows"
            + " \(($0.allowed * 1000).rounded() / 10) %"
        } ?? "\(share) seconds were unusual"
      case .beaconing:
        "\(share) new calls came at even intervals of \(intervalSeconds ?? 0) s"
      case .serviceTraffic:
        "\(failures) requests in a minute, where \(total) are usual,"
      case .rule, .ruleOfMany:
        rule.map {
          "rule '\($0.title)' (\($0.level.rawValue)\($0.author.map { ", by \($0)" } ?? ""))"
            + " matched \(failures) requests"
        } ?? "a rule matched"
      case .indicator:
        indicator.map {
          "\($0.kind.rawValue) '\($0.value)' of feed '\($0.feed)' (entry \($0.id), confidence"
            + " \($0.confidence)) met by \(failures) requests"
        } ?? "an indicator was met"
      case .alert:
        alert.map {
          "alert '\($0.title)' (\($0.severity?.rawValue ?? "no severity")) of"
            + " \($0.senders.joined(separator: ", "))"
        } ?? "an alert"
      case .order: "an operator's order"
      }
    guard detector != .alert else { return "\(what); score \(Self.rounded(score))" }
    return "\(what) at \(places);"
      + " score \(Self.rounded(score)), by two witnesses"
      + " \(Self.rounded(corroborated)) (\(witnesses.count) reporters)"
  }

  private static func rounded(_ score: Double) -> String {
    String((score * 10_000).rounded(.down) / 10_000)
  }
}
