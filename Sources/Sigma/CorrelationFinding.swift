/// A window of a group that meets the condition; one that ends at a given time is found once.
struct CorrelationFinding: Hashable, Sendable {
  /// Of the event it ends at, and of its first one.
  var time: Int64
  var first: Int64
  var events: Int
  var value: Double
  /// Events of the window are forgotten, so there may have been more.
  var isAtLeast: Bool
  /// Enough time has passed since the last report of the group.
  var isReported: Bool
}
