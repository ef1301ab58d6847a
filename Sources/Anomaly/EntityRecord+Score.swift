internal import MeshModel

/// One request, as an entity's record takes it in.
struct EntityEvent: Sendable {
  /// Since 1970.
  var second: UInt32
  /// Request features that the answer shows, and those it can tell about; `slowness` and the sizes
  /// are judged by the record.
  var shown: UInt8 = 0
  var judged: UInt8 = 0
  var duration: Magnitude = .zero
  var requestSize: Magnitude = .zero
  var responseSize: Magnitude = .zero
  var kilobytes: UInt32 = 0
  var destinationBit: UInt32 = 0
  var pathBit: UInt32 = 0
}

extension EntityEvent {
  @inline(__always)
  init(_ observation: Observation) {
    second = UInt32(clamping: observation.start.second)
    duration = Magnitude(Float(observation.durationMicroseconds))
    requestSize = Magnitude(Float(observation.requestBytes))
    responseSize = Magnitude(Float(observation.responseBytes))
    kilobytes = observation.responseBytes / 1024 &+ observation.requestBytes / 1024
  }

  mutating func judge(_ index: Int, shows: Bool) {
    judged |= 1 &<< UInt8(index)
    if shows { shown |= 1 &<< UInt8(index) }
  }

  /// Judges how the request ended. `isKnownPath`: the path succeeded before, so that a 404 there is
  /// an error like others.
  @inline(__always)
  mutating func judgeOutcome(_ outcome: Outcome, isKnownPath: Bool) {
    judged |= Self.outcomeFeatures
    switch outcome {
    case .connected: break
    case .unreachable: shown |= 1 &<< UInt8(EntityRecord.Index.serverFailures)
    case .answered(let status, _):
      switch status {
      case 401, 403, 407: shown |= 1 &<< UInt8(EntityRecord.Index.authFailures)
      case 404, 405:
        shown |=
          1
          &<< UInt8(
            isKnownPath ? EntityRecord.Index.clientErrors : EntityRecord.Index.unknownPaths)
      case 400..<500 where status != 429: shown |= 1 &<< UInt8(EntityRecord.Index.clientErrors)
      case 500...: shown |= 1 &<< UInt8(EntityRecord.Index.serverFailures)
      default: break
      }
    case .denied, .limited: judged = 0
    }
  }

  private static let outcomeFeatures: UInt8 = 0b1111
}

/// What the other callers of the destination meet, as least bounds; see `PeerRates`.
struct PeerFloors: Sendable, Equatable {
  var clientErrors: Betting.Level = 0
  var serverFailures: Betting.Level = 0
  var authFailures: Betting.Level = 0
  var slowness: Betting.Level = 0

  /// Nobody else calls the destination, so its failures may be its own.
  static let alone = PeerFloors(
    clientErrors: Betting.off, serverFailures: Betting.off, authFailures: Betting.off,
    slowness: Betting.off)
}

extension EntityRecord {
  /// Positions of the features in the sums.
  enum Index {
    static let clientErrors = 0
    static let serverFailures = 1
    static let authFailures = 2
    static let unknownPaths = 3
    static let newDestinations = 4
    static let slowness = 5
    static let largeResponses = 6
    static let largeRequests = 7
    // Interval features, counted from the end of the request features.
    static let rate = 0
    static let surge = 1
    static let fanOut = 2
    static let pathSpread = 3
    static let sustainedRate = 4
    static let volume = 5
  }

  /// The request features that an event shows, by this record's thresholds.
  @inline(__always)
  func shown(_ event: EntityEvent) -> UInt8 {
    var shown = event.shown
    if event.duration > thresholds.slow { shown |= 1 << UInt8(Index.slowness) }
    if event.responseSize > thresholds.response { shown |= 1 << UInt8(Index.largeResponses) }
    if event.requestSize > thresholds.request { shown |= 1 << UInt8(Index.largeRequests) }
    return shown
  }

  /// Takes in one request. Returns whether any evidence may have grown.
  mutating func score(
    _ event: EntityEvent, shown: UInt8, floors: PeerFloors, _ betting: borrowing Betting
  ) -> Bool {
    let opens = event.second > second
    if opens { open(event.second, betting) }
    let judged = event.judged | Self.alwaysJudged
    let fresh = shown & ~shownInSecond
    shownInSecond |= shown
    for index in 0..<Self.requestFeatures {
      let bit = UInt8(1) &<< UInt8(index)
      guard judged & bit != 0 else { continue }
      // A second time in the same second tells nothing new: the first of a burst stands for it.
      if shown & bit != 0, fresh & bit == 0 { continue }
      if fresh & bit != 0 { minuteShown[index] &+= 1 }
      var level = levels[index]
      switch index {
      case Index.clientErrors: level = max(level, floors.clientErrors)
      case Index.serverFailures: level = max(level, floors.serverFailures)
      case Index.authFailures: level = max(level, floors.authFailures)
      case Index.slowness: level = max(level, floors.slowness)
      default: break
      }
      guard level != Betting.off else { continue }
      if opens { requestSums[index] += 1 }
      requestSums[index] *= betting.factor(level, shows: fresh & bit != 0)
      if fresh & bit != 0 {
        requestSums[index] = pointwiseMin(requestSums[index], Self.mostEvidence)
      }
    }
    let grew = count(event, betting)
    if isLearning { learn(event) }
    return fresh != 0 || grew
  }

  /// Whether an interval feature showed.
  private mutating func count(
    _ event: EntityEvent, _ betting: borrowing Betting
  ) -> Bool {
    if secondRequests < .max { secondRequests &+= 1 }
    minuteRequests &+= 1
    minuteKilobytes = minuteKilobytes.addingClamped(event.kilobytes)
    destinations |= event.destinationBit
    paths |= event.pathBit
    let before = intervalShown
    let requests = Magnitude(Float(secondRequests))
    if requests > thresholds.rate { show(Index.rate, betting) }
    if requests > thresholds.surge { show(Index.surge, betting) }
    if event.destinationBit != 0, Self.distinct(destinations) > thresholds.destinations {
      show(Index.fanOut, betting)
    }
    if event.pathBit != 0, Self.distinct(paths) > thresholds.paths {
      show(Index.pathSpread, betting)
    }
    return intervalShown != before
  }

  private mutating func show(_ index: Int, _ betting: borrowing Betting) {
    let bit = UInt8(1) &<< UInt8(index)
    guard intervalShown & bit == 0 else { return }
    intervalShown |= bit
    minuteShown[Self.requestFeatures + index] &+= 1
    bet(index, shows: true, betting)
  }

  private mutating func bet(_ index: Int, shows: Bool, _ betting: borrowing Betting) {
    let factor = betting.factor(levels[Self.requestFeatures + index], shows: shows)
    intervalSums[index] = pointwiseMin(
      intervalSums[index] * factor.highHalf, Self.mostEvidence.highHalf)
  }

  /// Evidence beyond any doubt; more would leave the range of its type.
  private static var mostEvidence: SIMD4<Float> { SIMD4(repeating: 1e30) }

  /// Closes the present second, and the minute if it is over, and opens the next.
  private mutating func open(_ next: UInt32, _ betting: borrowing Betting) {
    if second != 0 { closeSecond(betting) }
    if next &- second > ScoringBounds.evidenceIdleSeconds { forgetEvidence() }
    if next / 60 != minuteStart / 60 {
      if minuteStart != 0 { closeMinute(betting) }
      minuteStart = next / 60 &* 60
      begin(Index.sustainedRate...Index.volume)
    }
    second = next
    minuteSeconds &+= 1
    begin(Index.rate...Index.pathSpread)
  }

  /// A change may begin in any interval; what is not tested gathers nothing.
  private mutating func begin(_ features: ClosedRange<Int>) {
    for index in features where levels[Self.requestFeatures + index] != Betting.off {
      intervalSums[index] += 1
    }
  }

  private mutating func closeSecond(_ betting: borrowing Betting) {
    for index in Index.rate...Index.pathSpread
    where intervalShown & (UInt8(1) &<< UInt8(index)) == 0 {
      bet(index, shows: false, betting)
    }
    if isLearning { learnSecond() }
    secondRequests = 0
    shownInSecond = 0
    intervalShown = 0
    destinations = 0
    paths = 0
  }

  private mutating func closeMinute(_ betting: borrowing Betting) {
    let isBusy = Magnitude(Float(minuteRequests)) > thresholds.sustained
    let isLarge = Magnitude(Float(minuteKilobytes)) > thresholds.volume
    bet(Index.sustainedRate, shows: isBusy, betting)
    bet(Index.volume, shows: isLarge, betting)
    learnMinute(isBusy: isBusy, isLarge: isLarge, betting)
    minuteRequests = 0
    minuteKilobytes = 0
    minuteSeconds = 0
    minuteShown = InlineArray(repeating: 0)
  }

  /// Linear counting: exact enough to tell twice as many from as many.
  static func distinct(_ bitmap: UInt32) -> Magnitude {
    linearCounts[bitmap.nonzeroBitCount]
  }

  /// -32 ln(empty / 32) for each number of set bits.
  private static let linearCounts: [Magnitude] = {
    var harmonic: Float = 0
    // The expected number of draws that set that many bits: a coupon collector's sum.
    return (0...32).map { bits in
      if bits > 0 { harmonic += 32 / Float(33 - bits) }
      return Magnitude(harmonic)
    }
  }()

  private static let alwaysJudged: UInt8 =
    1 << UInt8(Index.slowness) | 1 << UInt8(Index.largeResponses)
    | 1 << UInt8(Index.largeRequests)
}

extension UInt32 {
  @inline(__always)
  fileprivate func addingClamped(_ other: UInt32) -> UInt32 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
