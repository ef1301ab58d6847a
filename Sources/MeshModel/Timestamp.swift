/// An instant on the wall clock, in microseconds since 1970-01-01T00:00:00Z.
///
/// Pure code receives it as an argument and never asks for it.
package struct Timestamp: Hashable, Comparable, Sendable, Codable {
  package var microseconds: Int64

  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  package init(seconds: Int64) {
    self.microseconds = seconds &* 1_000_000
  }

  package init(from decoder: any Decoder) throws {
    microseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(microseconds)
  }

  /// The whole second this instant lies in (floor).
  package var second: Int64 {
    microseconds >= 0 ? microseconds / 1_000_000 : (microseconds &- 999_999) / 1_000_000
  }

  /// Saturates at the ends of the range, so that no input can overflow it.
  package func adding(milliseconds: Int64) -> Timestamp {
    let (delta, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
    let (sum, overflow2) = microseconds.addingReportingOverflow(delta)
    guard !overflow, !overflow2 else {
      return Timestamp(microseconds: milliseconds > 0 ? .max : .min)
    }
    return Timestamp(microseconds: sum)
  }

  /// Milliseconds from `earlier` to this instant, negative when `earlier` is later.
  package func milliseconds(since earlier: Timestamp) -> Double {
    Double(microseconds &- earlier.microseconds) / 1000
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}
