/// How a feed of indicators stands. Times are RFC 3339 in UTC.
package struct FeedView: Codable, Equatable, Sendable {
  package var name: String
  package var indicators: Int
  /// Entries of the version held that were not taken.
  package var refused: Int
  /// When what is held was last known to be the newest; nil while nothing is.
  package var confirmed: String?
  /// The same in microseconds since 1970.
  package var confirmedMicroseconds: Int64?
  package var everySeconds: Int64
  /// Fetches and versions that brought nothing, since the start.
  package var failures: UInt64
  /// Why the newest version is not held; nil when it is.
  package var refusal: String?
  /// What to do about that.
  package var remedy: String?

  package init(
    name: String, indicators: Int, refused: Int, confirmed: String?, confirmedMicroseconds: Int64?,
    everySeconds: Int64, failures: UInt64, refusal: String?, remedy: String?
  ) {
    self.name = name
    self.indicators = indicators
    self.refused = refused
    self.confirmed = confirmed
    self.confirmedMicroseconds = confirmedMicroseconds
    self.everySeconds = everySeconds
    self.failures = failures
    self.refusal = refusal
    self.remedy = remedy
  }
}
