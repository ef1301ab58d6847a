internal import Telemetry

extension MetricsText {
  /// What became of each access log entry.
  mutating func add(_ ledger: IngestLedger) {
    add(
      "flyball_entries_received_total", "counter", "Access log entries received.",
      Double(ledger.received))
    add(
      "flyball_entries_scored_total", "counter", "Access log entries scored.",
      Double(ledger.scored))
    add(
      "flyball_entries_deduplicated_total", "counter",
      "Access log entries that came again in a repeated export.", Double(ledger.deduplicated))
    add(
      "flyball_entries_rejected_total", "counter", "Access log entries not scored, by reason.",
      Rejection.allCases.map { (["reason": $0.rawValue], Double(ledger.rejected[$0] ?? 0)) })
    add(
      "flyball_entries_shed_total", "counter",
      "Access log entries dropped because they came too fast, by kind.",
      Shedding.allCases.map { (["kind": $0.rawValue], Double(ledger.shed[$0] ?? 0)) })
    add(
      "flyball_entries_waiting", "gauge", "Access log entries that wait to be scored.",
      Double(ledger.waiting))
  }
}
