/// Finds what is unusual in one series of values a regular step apart, knowing nothing but its past.
///
/// Four views of a value each give a surprise: its distance from the usual level, its change from
/// the value before, and how unlike earlier ones the last 8 and the last 32 values are. Each
/// surprise is ranked among those of its view before it; its p-value turns into evidence, at most 1
/// on average while nothing changes. The mean of evidence is evidence again, however the views
/// depend on each other, so the four need no weights and no thresholds of their own. Where a value
/// is missing, the caller decides what stands in for it, or leaves it out.
///
/// Evidence is a scale of rarity and not a held rate of false alarms: values of a series depend on
/// each other, and far out the p-value is an estimate. Adding the same number to every value, or
/// multiplying every value by the same positive one, changes no score but by rounding.
///
/// Memory is at most 2 * 8 bytes * 2,000 values + 4 views * 2 * 4 bytes * 5,000 surprises = 192 kB.
/// Only elementary arithmetic in a fixed order is used, so scores repeat bit for bit.
///
/// Sources: Vovk and Wang, "E-values: calibration, combination and applications" (2021);
/// `SurpriseHistory` and `NearestWindow` name theirs.
package struct SeriesDetector: Sendable {
  private var values = SlidingSample<Double>(limit: ScoringBounds.seriesValues)
  /// Level, change, and a shape of each length.
  private var views = Array(repeating: SurpriseHistory(), count: 2 + Self.lengths.count)
  /// Values left that belong to the latest alarm, and the evidence of that alarm.
  private var rest = 0
  private var alarmed = 1.0

  /// Evidence that is called strong (Jeffreys, "Theory of Probability", 1939).
  private static let alarmEvidence = 10.0
  /// Values after an alarm that belong to it: one incident, one alarm.
  private static let restValues = 150
  /// Values before there is a usual level.
  private static let leastValues = 10
  /// Values of a shape: short for a jolt, long for a changed rhythm.
  private static let lengths = [8, 32]
  /// What the longest shape is compared with, and itself.
  private static let recentValues = ScoringBounds.seriesWindows + 2 * 32 - 1

  package init() {}

  /// The score of just enough evidence for an alarm.
  package static let alarmScore = score(alarmEvidence)

  /// How unusual a value is, from 0 to below 1.
  ///
  /// A score of at least `alarmScore` is an alarm. After one, scores are halved for a while, so that
  /// none of them is, but for evidence ten times as strong: a faint alarm does not hide a loud one.
  /// A value that is not finite is not taken in, and scores 0.
  package mutating func score(_ value: Double) -> Double {
    guard value.isFinite else { return 0 }
    let evidence = evidence(of: value)
    if evidence >= Self.alarmEvidence * (rest > 0 ? alarmed : 1) {
      rest = Self.restValues
      alarmed = evidence
    } else if rest > 0 {
      rest -= 1
      return Self.score(evidence) / 2
    }
    return Self.score(evidence)
  }

  /// The middle of the latest values.
  var usual: Double? { values.median }

  /// The evidence of a finite value against the ones before, which it then joins.
  mutating func evidence(of value: Double) -> Double {
    let usual = values.count >= Self.leastValues ? values.median : nil
    var surprises = [usual, values.latest].map { $0.map { abs(value - $0) } }
    values.insert(value)
    let recent = values.suffix(Self.recentValues)
    for length in Self.lengths {
      surprises.append(NearestWindow.distance(ofLast: length, in: recent))
    }
    var sum = 0.0
    for (view, surprise) in surprises.enumerated() {
      sum += SurpriseHistory.evidence(surprise.map { views[view].rank($0) } ?? 1)
    }
    return sum / Double(views.count)
  }

  private static func score(_ evidence: Double) -> Double {
    evidence / (1 + evidence)
  }
}
