package import MeshModel

/// How a feed stands, for those who watch over it.
package struct FeedStanding: Hashable, Sendable {
  /// As the configuration has it.
  package var name: String
  package var indicators: Int
  /// Of the version that is held: entries that were not taken.
  package var rejected: RejectionTally
  /// When what is held was last said to be the newest; nil while nothing is held.
  package var confirmedAt: Timestamp?
  package var startedAt: Timestamp
  /// Why the newest version is not held; nil when it is.
  package var refusal: FeedRefusal?
  /// Versions and fetches that brought nothing, since the start.
  package var failures: UInt64
  package var periodSeconds: Int64

  package init(
    name: String, indicators: Int, rejected: RejectionTally, confirmedAt: Timestamp?,
    startedAt: Timestamp, refusal: FeedRefusal?, failures: UInt64, periodSeconds: Int64
  ) {
    self.name = name
    self.indicators = indicators
    self.rejected = rejected
    self.confirmedAt = confirmedAt
    self.startedAt = startedAt
    self.refusal = refusal
    self.failures = failures
    self.periodSeconds = periodSeconds
  }
}
