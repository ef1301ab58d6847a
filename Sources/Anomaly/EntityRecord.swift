/// Everything remembered about one entity: a caller, a caller's calls to one destination, or one
/// route of them, each as one side reports it. Fixed size, no references.
struct EntityRecord: Sendable {
  /// Of requests, then of seconds, then of minutes; in the order of `Feature`.
  static let requestFeatures = 8
  static let secondFeatures = 12
  static let features = 14

  let key: UInt64
  /// Low bits of the key of the reporter that made the shard remember it.
  let owner: UInt32

  /// Evidence: Shiryaev-Roberts sums for each feature, against the square root of its bound and 0.5.
  var sums = InlineArray<14, SIMD2<Float>>(repeating: .zero)

  // The present second and minute. Seconds are since 1970.
  var second: UInt32 = 0
  var minuteStart: UInt32 = 0
  var secondRequests: UInt16 = 0
  /// Features this second, or this minute, has shown.
  var shown: UInt16 = 0
  /// How many requests of this second showed each request feature.
  var counts = InlineArray<8, UInt16>(repeating: 0)
  /// The bounds this second is held to.
  var inForce = InlineArray<8, UInt8>(repeating: Betting.off)
  /// Whether this second's rate tells anything; see `FleetLoad`.
  var testsRate = true
  var minuteRequests: UInt32 = 0
  var minuteKilobytes: UInt32 = 0
  var minuteSeconds: UInt8 = 0
  var isLearning = true
  /// Linear-counting bitmaps of this second.
  var destinations: UInt32 = 0
  var paths: UInt32 = 0
  /// How many seconds of the minute showed each feature.
  var minuteShown = InlineArray<12, UInt8>(repeating: 0)

  // The reference: frozen bounds and thresholds, and what the next one is learned from.
  var levels = InlineArray<14, UInt8>(repeating: Betting.off)
  var thresholds = Thresholds()
  var candidate = Candidate()
  var peaks = InlineArray<12, UInt8>(repeating: 0)
  var learnedRequests: UInt32 = 0
  var learnedSeconds: UInt32 = 0
  var learnedMinutes: UInt16 = 0
  var learnedShown = InlineArray<14, UInt16>(repeating: 0)
  /// Freezes so far: the first sets thresholds, the second the bounds for them.
  var version: UInt16 = 0
  var minutesSinceFreeze: UInt8 = 0
  /// Of a call.
  var routes: UInt8 = 0
  /// Whether an explanation is being kept.
  var hasEpisode = false
  /// Since a deploy, until bounds are learned again: the old ones bound the new.
  var isRelearning = false

  /// Where a feature begins. Sizes and counts are rounded to seven bits of mantissa.
  struct Thresholds: Sendable {
    /// Requests of a second that may show each request feature.
    var counts = InlineArray<8, Magnitude>(repeating: .zero)
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
    /// Requests of an active second on average: no threshold, but what load is measured by.
    var usual: Magnitude = .unknown
  }

  /// What the next thresholds will be. Quantiles are followed in small steps, so they keep all
  /// their digits; 0 before the first.
  struct Candidate: Sendable {
    var counts = InlineArray<8, Float>(repeating: 0)
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

  /// Requests of a learned second, on average; 0 before anything was learned.
  var meanRequests: Float {
    learnedSeconds > 0 ? Float(learnedRequests) / Float(learnedSeconds) : 0
  }

  /// What an entity is held to before it has a reference.
  mutating func expectPrior(_ betting: borrowing Betting) {
    let prior = betting.level(atLeast: ScoringBounds.priorShare)
    for index in 0...Index.newDestinations { levels[index] = prior }
  }
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
