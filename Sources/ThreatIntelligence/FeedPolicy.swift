/// When a feed is fetched, and what of it is too strange to be taken.
package struct FeedPolicy: Hashable, Sendable {
  package let periodSeconds: Int64
  /// How long one fetch may take.
  package let patienceSeconds: Int64
  /// A version with less than this share of the entries held is not taken. What is held ends by
  /// itself, so a feed that truly shrank is taken in the end.
  package let leastShareKept: Double

  package init(
    periodSeconds: Int64, patienceSeconds: Int64 = 60, leastShareKept: Double = 0.5
  ) {
    self.periodSeconds = min(max(periodSeconds, Self.leastPeriodSeconds), Self.mostPeriodSeconds)
    self.patienceSeconds = min(max(patienceSeconds, 1), Self.mostPatienceSeconds)
    self.leastShareKept = leastShareKept
  }

  /// The wait after so many failures in a row, or after none, without what chance adds.
  func waitMilliseconds(failures: Int) -> Int64 {
    guard failures > 0 else { return periodSeconds * 1000 }
    let wait = Self.retrySeconds << Int64(min(failures - 1, 20))
    return min(wait, periodSeconds) * 1000
  }

  /// Those who give feeds away ask not to be asked more often.
  private static let leastPeriodSeconds: Int64 = 60
  private static let mostPeriodSeconds: Int64 = 7 * 86_400
  private static let mostPatienceSeconds: Int64 = 3_600
  /// After the first failure; it doubles with each one more, up to the period.
  private static let retrySeconds: Int64 = 60
}
