internal import MeshModel
internal import ThreatIntelligence

extension MetricsText {
  /// Names are those of the configuration, never a feed's own words.
  mutating func add(_ feeds: [FeedStanding], hits: UInt64, at now: Timestamp) {
    func each(_ value: (FeedStanding) -> Double) -> [([String: String], Double)] {
      feeds.map { (["feed": $0.name], value($0)) }
    }
    add(
      "flyball_indicators", "gauge", "Indicators that each feed holds.",
      each { Double($0.indicators) })
    add(
      "flyball_indicator_hits_total", "counter", "Requests and connections that met an indicator.",
      Double(hits))
    add(
      "flyball_feed_age_seconds", "gauge",
      "Time since what is held was last known to be the newest; since the start, if nothing is.",
      each { feed in
        let since = feed.confirmedAt ?? feed.startedAt
        return max(0, Double(now.microseconds - since.microseconds) / 1e6)
      })
    add(
      "flyball_feed_period_seconds", "gauge", "How often each feed is fetched.",
      each { Double($0.periodSeconds) })
    add(
      "flyball_feed_failures_total", "counter",
      "Fetches and versions of each feed that brought nothing to hold.",
      each { Double($0.failures) })
    add(
      "flyball_feed_keeping", "gauge",
      "1 while the newest version is not held, so that the last good one stays.",
      each { $0.refusal == nil ? 0 : 1 })
    add(
      "flyball_feed_entries_refused", "gauge", "Entries of the version held that were not taken.",
      feeds.flatMap { feed in
        [
          ("unreadable", feed.rejected.unreadable), ("unsupported", feed.rejected.unsupported),
          ("too_long", feed.rejected.tooLong), ("excluded", feed.rejected.excluded),
        ].map { (["feed": feed.name, "reason": $0.0], Double($0.1)) }
      })
  }
}
