/// How much correlations may hold, and what they may ask for.
package struct CorrelationBounds: Hashable, Sendable {
  /// Groups of all correlations together; each has an equal share, so that a correlation whose
  /// groups an attacker can name pushes out none but its own.
  package var groups = 65_536
  /// Events of all groups together, 24 bytes each, shared alike.
  package var events = 2_097_152

  package init() {}

  package init(groups: Int, events: Int) {
    self.groups = groups
    self.events = events
  }

  /// What is left for each of `count` holders that share these bounds.
  package func share(of count: Int) -> CorrelationBounds {
    CorrelationBounds(
      groups: max(1, groups / max(1, count)), events: max(1, events / max(1, count)))
  }

  /// Events of one group; the oldest go first. More than any threshold.
  package static let eventsPerGroup = 16_384
  /// Microseconds an event may be older than the newest of its group. Telemetry takes no time over
  /// that is more than 120 s old; the rest is for what waits in queues.
  package static let latenessMicroseconds: Int64 = 150_000_000
  /// Windows that a late event has measured again, those that end at the newest events: what it
  /// costs must not grow with a busy group.
  package static let windowsMeasuredAgain = 64
  /// Events of one group of `temporal_ordered`; only late events ask for them.
  package static let eventsOfOrder = 256
  /// Correlations in a set.
  package static let correlations = 64
  /// Rules that one correlation names.
  package static let rules = 16
  /// Fields that one correlation groups by.
  package static let groupFields = 8
  /// Correlations on top of each other.
  package static let depth = 4
  /// Of a timespan: seven days.
  package static let timespanSeconds: Int64 = 604_800
  /// The greatest number of events or values a condition may name: a group has to hold one more.
  package static let threshold = 10_000
  /// Events that an explanation shows.
  package static let samples = 8
  /// UTF-8 bytes of a group's value and of an event's line in an explanation.
  package static let textBytes = 96
}
