/// What a correlation measures in a window.
package enum CorrelationType: String, Hashable, Sendable, CaseIterable {
  case eventCount = "event_count"
  /// Distinct values of a field.
  case valueCount = "value_count"
  /// How many of its rules matched.
  case temporal
  /// How many of its rules matched one after the other, in the order it names them.
  case temporalOrdered = "temporal_ordered"
  case valueSum = "value_sum"
  case valueAverage = "value_avg"
  case valuePercentile = "value_percentile"

  /// Whether the condition names a field.
  package var readsField: Bool {
    switch self {
    case .valueCount, .valueSum, .valueAverage, .valuePercentile: true
    case .eventCount, .temporal, .temporalOrdered: false
    }
  }

  /// Whether that field has to be a number.
  package var readsNumber: Bool {
    switch self {
    case .valueSum, .valueAverage, .valuePercentile: true
    case .eventCount, .valueCount, .temporal, .temporalOrdered: false
    }
  }

  /// Whether the measure can only fall when events of the window are forgotten.
  package var growsWithEvents: Bool {
    switch self {
    case .eventCount, .valueCount, .temporal, .temporalOrdered, .valueSum: true
    case .valueAverage, .valuePercentile: false
    }
  }
}
