/// One event of a group.
struct CorrelationEntry: Hashable, Sendable {
  /// Microseconds since 1970.
  var time: Int64
  /// The value's key for distinct values, the number itself for sums and ranks; 0 without one.
  var value: UInt64
  /// A bit for each rule of the correlation that matched the event.
  var slots: UInt16
  var hasValue: Bool
  /// A window that ends at this time was found to meet the condition. The last entry of those with
  /// one time knows it.
  var isFound = false

  init(time: Int64, slots: UInt16, value: UInt64?) {
    // Far beyond any date, and far enough from the ends of the range for every sum with a timespan.
    self.time = max(-Self.farthest, min(Self.farthest, time))
    self.slots = slots
    self.value = value ?? 0
    hasValue = value != nil
  }

  private static let farthest: Int64 = 1 << 60
}
