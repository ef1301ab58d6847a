internal import Notifications

extension MetricsText {
  /// Names are of configured receivers.
  mutating func add(_ standing: NoticeStanding) {
    add(
      "flyball_notices_total", "counter",
      "What became of notices since the start: told, silenced, dead, and attempts that failed.",
      standing.receivers.flatMap { receiver in
        let tally = receiver.tally
        return [
          ("told", tally.told), ("failed", tally.failed), ("silenced", tally.silenced),
          ("dead", tally.dead),
        ].map { (["receiver": receiver.name, "outcome": $0.0], Double($0.1)) }
      })
    add(
      "flyball_notices_waiting", "gauge", "Notices that wait for a receiver.",
      standing.receivers.map { (["receiver": $0.name], Double($0.waiting)) })
    add(
      "flyball_notice_dead_letters", "gauge",
      "Notices that receivers were not told, as far as they are kept; also from before the start.",
      standing.receivers.map { receiver in
        (
          ["receiver": receiver.name],
          Double(standing.deadLetters.count { $0.receiver == receiver.name })
        )
      })
  }
}
