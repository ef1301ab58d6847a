internal import LoopRuntime
internal import Signals

extension MetricsText {
  /// Names are of configured senders.
  mutating func add(_ tally: SignalTally, incidents: [Incident]) {
    let senders = tally.senders.sorted { $0.key < $1.key }
    add(
      "flyball_signal_deliveries_total", "counter",
      "What senders delivered, by the status of the answer.",
      senders.flatMap { name, counts in
        counts.deliveries.sorted { $0.key < $1.key }.map { status, count in
          (["sender": name, "status": "\(status)"], Double(count))
        }
      })
    let outcomes = senders.flatMap { name, counts in
      [
        ("new", counts.new), ("known", counts.known), ("own", counts.own),
        ("unread", counts.unread),
      ].map {
        (["sender": name, "outcome": $0.0], Double($0.1))
      }
    }
    add(
      "flyball_signals_total", "counter",
      "Signals of accepted deliveries: new, known before, told by a Flyball, and not read.",
      outcomes)
    let open = Dictionary(grouping: incidents, by: \.key.sender).mapValues(\.count)
    add(
      "flyball_incidents", "gauge", "Open incidents that senders report.",
      open.sorted { $0.key < $1.key }.map { (["sender": $0.key], Double($0.value)) })
  }
}
