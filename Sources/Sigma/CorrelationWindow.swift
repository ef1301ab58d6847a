/// What a correlation's groups are measured by.
package struct CorrelationWindow: Hashable, Sendable {
  package let type: CorrelationType
  /// Microseconds.
  package let span: Int64
  package let condition: CorrelationCondition
  package let rules: Int
  package let percent: Int
  /// Other correlations count its findings, all of them.
  package let feedsOthers: Bool
  package let eventsPerGroup: Int
  /// How many events decide, together with one more, as long as no report can come.
  let eventsNeededWhenSilent: Int?

  package init(
    _ type: CorrelationType, span: Int64, _ condition: CorrelationCondition, rules: Int,
    percent: Int = 0, feedsOthers: Bool = false,
    eventsPerGroup: Int = CorrelationBounds.eventsPerGroup
  ) {
    self.type = type
    self.span = span
    self.condition = condition
    self.rules = rules
    self.percent = percent
    self.feedsOthers = feedsOthers
    // Only late events ask an order for what came before; the order itself needs no entries.
    self.eventsPerGroup =
      type == .temporalOrdered
      ? min(eventsPerGroup, CorrelationBounds.eventsOfOrder) : eventsPerGroup
    let needed = condition.smallestCount(upTo: CorrelationBounds.threshold + 1) ?? 1
    eventsNeededWhenSilent =
      type == .eventCount && condition.isLowerBound && !feedsOthers ? max(1, needed - 1) : nil
  }

  var blankMeasure: CorrelationMeasure {
    CorrelationMeasure(type, rules: rules, percent: percent)
  }

  /// Whether a window that lost events may meet the condition although the whole one did not. Of
  /// orders every condition is a lower bound.
  var needsAllEvents: Bool {
    type != .temporalOrdered && !(type.growsWithEvents && condition.isLowerBound)
  }

  var canForgetRepeats: Bool {
    (type == .valueCount || type == .temporal) && condition.isLowerBound
  }
}

extension CorrelationType {
  /// Whether explanations show one event of each rule.
  var hasOneSampleForEachRule: Bool {
    switch self {
    case .temporal, .temporalOrdered: true
    case .eventCount, .valueCount, .valueSum, .valueAverage, .valuePercentile: false
    }
  }
}
