internal import RuleScoring
internal import Sigma

extension MetricsText {
  /// Names are the authors' words, of which a set has a bounded number.
  mutating func add(
    _ rules: LoadedRules, _ statistics: [RuleStatistics], _ losses: RuleLosses, shed: UInt64
  ) {
    let correlations = rules.correlations.correlations.count
    add(
      "flyball_rules", "gauge", "Sigma rules and correlations in force.",
      [
        (["kind": "rule"], Double(rules.count - correlations)),
        (["kind": "correlation"], Double(correlations)),
      ])
    add(
      "flyball_rule_matches_total", "counter", "Requests that each rule matched.",
      statistics.indices.map { number in
        (["rule": Self.escaped(rules.name(of: number))], Double(statistics[number].matches))
      })
    add(
      "flyball_correlation_events_forgotten_total", "counter",
      "Events that correlations forgot for want of room.",
      Double(
        losses.correlations.dropped + losses.correlations.evictedEvents
          + losses.correlations.late))
    add(
      "flyball_rules_shed_total", "counter",
      "Requests held against no rule because too many waited.", Double(shed))
    add(
      "flyball_rule_matches_unreported_total", "counter",
      "Matches of a request beyond the most it is reported for.",
      Double(losses.unreportedMatches))
    add(
      "flyball_rule_scans_failed_total", "counter",
      "Searches for patterns that failed, a fault of the machine.", Double(losses.failedScans))
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
