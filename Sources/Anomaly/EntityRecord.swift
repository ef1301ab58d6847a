/// Everything remembered about one entity: a caller, a caller's calls to one destination, or one
/// route of them, each as one side reports it. Fixed size, no references.
struct EntityRecord: Sendable {
  /// Of requests, then of seconds, then of minutes; in the order of `Feature`.
  static let requestFeatures = 8
  static let intervalFeatures = 6
  static let features = requestFeatures + intervalFeatures

  let key: UInt64
  /// Low bits of the key of the reporter that made the shard remember it.
  let owner: UInt32

  // Evidence: Shiryaev-Roberts sums for each feature and alternative.
  var requestSums = InlineArray<8, SIMD4<Float>>(repeating: .zero)
  /// Against the square root of the bound, and against 0.5.
  var intervalSums = InlineArray<6, SIMD2<Float>>(repeating: .zero)

  // The present second and minute. Seconds are since 1970.
  var second: UInt32 = 0
  var minuteStart: UInt32 = 0
  var secondRequests: UInt16 = 0
  /// Request features that already counted in this second; a second shows each at most once.
  var shownInSecond: UInt8 = 0
  /// Interval features already shown in this second.
  var intervalShown: UInt8 = 0
  var minuteRequests: UInt32 = 0
  var minuteKilobytes: UInt32 = 0
  var minuteSeconds: UInt8 = 0
  var isLearning = true
  /// Linear-counting bitmaps of this second.
  var destinations: UInt32 = 0
  var paths: UInt32 = 0
  /// How often the minute showed each request and second feature.
  var minuteShown = InlineArray<12, UInt8>(repeating: 0)

  // The reference: frozen bounds and thresholds, and what the next one is learned from.
  var levels = InlineArray<14, UInt8>(repeating: Betting.off)
  var thresholds = Thresholds()
  var candidate = Candidate()
  var peaks = InlineArray<12, UInt8>(repeating: 0)
  var learnedRequests: UInt32 = 0
  var learnedSeconds: UInt32 = 0
  var learnedMinutes: UInt16 = 0
  /// Freezes so far: the first sets thresholds, the second the bounds for them.
  var version: UInt16 = 0
  var learnedShown = InlineArray<14, UInt16>(repeating: 0)
  /// Of a call.
  var routes: UInt8 = 0
  /// Whether an explanation is being kept.
  var hasEpisode = false

  /// Where a feature begins. Sizes and counts are rounded to seven bits of mantissa.
  struct Thresholds: Sendable, Equatable {
    /// Microseconds.
    var slow: Magnitude = .unknown
    var response: Magnitude = .unknown
    var request: Magnitude = .unknown
    var rate: Magnitude = .unknown
    var surge: Magnitude = .unknown
    var destinations: Magnitude = .unknown
    var paths: Magnitude = .unknown
    var sustained: Magnitude = .unknown
    /// KiB a minute.
    var volume: Magnitude = .unknown
  }

  /// What the next thresholds will be.
  struct Candidate: Sendable, Equatable {
    /// Quantiles are followed in small steps, so they keep all their digits; 0 before the first.
    var slow: Float = 0
    var rate: Float = 0
    var sustained: Float = 0
    var response: Magnitude = .zero
    var request: Magnitude = .zero
    var surge: Magnitude = .zero
    var destinations: Magnitude = .zero
    var paths: Magnitude = .zero
    var volume: Magnitude = .zero
  }

  init(key: UInt64, owner: UInt32) {
    self.key = key
    self.owner = owner
  }

  var isCold: Bool { version < 2 }

  /// The average of all sums; at least A with probability so low that false alarms come at most
  /// once in A active seconds, while the reference holds.
  var statistic: Double {
    var four = SIMD4<Float>.zero
    for index in 0..<Self.requestFeatures { four += requestSums[index] }
    var two = SIMD2<Float>.zero
    for index in 0..<Self.intervalFeatures { two += intervalSums[index] }
    return Double(four.sum() + two.sum()) / Double(Self.sums)
  }

  /// The largest sum of one feature's, as its share of the statistic.
  func statistic(of feature: Int) -> Double {
    let sum =
      feature < Self.requestFeatures
      ? requestSums[feature].sum() : intervalSums[feature - Self.requestFeatures].sum()
    return Double(sum) / Double(Self.sums)
  }

  /// The statistic as far as it may lead to action.
  ///
  /// Who is slow or meets failures suffers, and need not be its cause: such symptoms alone are only
  /// observed. One feature alone never quarantines.
  var actionable: Double {
    var acting = 0
    var strong = 0
    for feature in 0..<Self.features where statistic(of: feature) >= ScoringBounds.observeLevel {
      strong += 1
      if feature != Index.slowness, feature != Index.serverFailures { acting += 1 }
    }
    if acting == 0 { return min(statistic, ScoringBounds.throttleLevel * 0.99) }
    return strong >= 2 ? statistic : min(statistic, ScoringBounds.quarantineLevel * 0.99)
  }

  /// What an entity is held to before it has a reference.
  mutating func expectPrior(_ betting: borrowing Betting) {
    let prior = betting.level(atLeast: ScoringBounds.priorShare)
    for index in 0...Index.newDestinations { levels[index] = prior }
  }

  mutating func forgetEvidence() {
    requestSums = InlineArray(repeating: .zero)
    intervalSums = InlineArray(repeating: .zero)
  }

  private static let sums = 4 * requestFeatures + 2 * intervalFeatures
}

/// A positive number to seven bits of mantissa: the upper half of its single-precision form, whose
/// order is that of the numbers.
struct Magnitude: Hashable, Comparable, Sendable {
  let bits: UInt16

  /// Above every number, so that nothing exceeds what is not known.
  static var unknown: Magnitude { Magnitude(bits: .max) }
  static var zero: Magnitude { Magnitude(bits: 0) }

  @inline(__always)
  init(_ value: Float) {
    bits = UInt16(truncatingIfNeeded: max(value, 0).bitPattern &>> 16)
  }

  init(bits: UInt16) {
    self.bits = bits
  }

  var value: Float { Float(bitPattern: UInt32(bits) &<< 16) }

  /// Unknown stays unknown.
  @inline(__always)
  func scaled(by factor: Float) -> Magnitude {
    self == .unknown ? .unknown : Magnitude(value * factor)
  }

  @inline(__always)
  static func < (left: Magnitude, right: Magnitude) -> Bool { left.bits < right.bits }
}
