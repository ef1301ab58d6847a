extension EntityRecord {
  /// Positions of the features, in the order of `Feature`.
  enum Index {
    static let clientErrors = 0
    static let serverFailures = 1
    static let authFailures = 2
    static let unknownPaths = 3
    static let newDestinations = 4
    static let slowness = 5
    static let largeResponses = 6
    static let largeRequests = 7
    static let rate = 8
    static let surge = 9
    static let fanOut = 10
    static let pathSpread = 11
    static let sustainedRate = 12
    static let volume = 13
  }

  struct Outcome {
    /// The request was the first of its second.
    var opens = false
    /// Features that this second, or minute, shows from this request on.
    var fresh: UInt16 = 0
  }

  /// Takes in one request. `load` is by how much the fleet is above its reference.
  mutating func score(
    _ event: EntityEvent, _ floors: PeerFloors, load: inout FleetLoad, _ betting: borrowing Betting
  ) -> Outcome {
    var outcome = Outcome()
    let factor = load.factor
    if event.second > second {
      outcome.opens = true
      outcome.fresh = open(event.second, floors, &load, betting)
    }
    let before = shown
    countRequest(event)
    var shows = event.shows
    if event.duration > thresholds.slow { shows |= 1 << UInt8(Index.slowness) }
    if event.responseSize > thresholds.response { shows |= 1 << UInt8(Index.largeResponses) }
    if event.requestSize > thresholds.request { shows |= 1 << UInt8(Index.largeRequests) }
    while shows != 0 {
      let index = shows.trailingZeroBitCount
      shows &= shows &- 1
      if counts[index] < .max { counts[index] &+= 1 }
      if Magnitude(Float(counts[index])) > thresholds.counts[index].scaled(by: factor) {
        show(index, level: inForce[index], betting)
      }
    }
    let requests = Magnitude(Float(secondRequests))
    // In a sudden second they were not begun, so showing them is worth nothing.
    if requests > thresholds.rate.scaled(by: factor) {
      show(Index.rate, level: rateInForce(Index.rate), betting)
    }
    if requests > thresholds.surge.scaled(by: factor) {
      show(Index.surge, level: rateInForce(Index.surge), betting)
    }
    if event.destinationBit != 0, Self.distinct(destinations) > thresholds.destinations {
      show(Index.fanOut, level: levels[Index.fanOut], betting)
    }
    if event.pathBit != 0, Self.distinct(paths) > thresholds.paths {
      show(Index.pathSpread, level: levels[Index.pathSpread], betting)
    }
    if isLearning { learn(event) }
    outcome.fresh |= shown & ~before
    return outcome
  }

  private mutating func countRequest(_ event: EntityEvent) {
    if secondRequests < .max { secondRequests &+= 1 }
    minuteRequests &+= 1
    let (kilobytes, overflow) = minuteKilobytes.addingReportingOverflow(event.kilobytes)
    minuteKilobytes = overflow ? .max : kilobytes
    destinations |= event.destinationBit
    paths |= event.pathBit
  }

  /// A second shows a feature at most once; until then it counts as one that does not.
  private mutating func show(_ index: Int, level: Betting.Level, _ betting: borrowing Betting) {
    let bit = UInt16(1) &<< UInt16(index)
    guard shown & bit == 0 else { return }
    shown |= bit
    if index < Self.secondFeatures { minuteShown[index] &+= 1 }
    // Evidence beyond any doubt; more would leave the range of its type.
    sums[index] = pointwiseMin(
      sums[index] * betting.onceShown[Int(level)], SIMD2(repeating: 1e30))
  }

  /// Closes the present second, and the minute if it is over, and opens the next. Returns the
  /// minute's features that showed.
  private mutating func open(
    _ next: UInt32, _ floors: PeerFloors, _ load: inout FleetLoad, _ betting: borrowing Betting
  ) -> UInt16 {
    if second != 0 { closeSecond(&load) }
    if next &- second > ScoringBounds.evidenceIdleSeconds { forgetEvidence() }
    shown = 0
    var fresh: UInt16 = 0
    if next / 60 != minuteStart / 60 {
      if minuteStart != 0 {
        fresh = closeMinute(load.factor, betting)
        shown = 0
      }
      minuteStart = next / 60 &* 60
    }
    second = next
    testsRate = !load.isSudden
    if minuteSeconds < .max { minuteSeconds &+= 1 }
    for index in 0..<Self.secondFeatures {
      var level = levels[index]
      if index < Self.requestFeatures {
        level = max(level, floors.levels[index])
        inForce[index] = level
      }
      if index == Index.rate || index == Index.surge, !testsRate { continue }
      begin(index, level, betting)
    }
    return fresh
  }

  private func rateInForce(_ index: Int) -> Betting.Level {
    testsRate ? levels[index] : Betting.off
  }

  /// A change may begin in any second; what is not tested gathers nothing.
  private mutating func begin(_ index: Int, _ level: Betting.Level, _ betting: borrowing Betting) {
    guard level != Betting.off else { return }
    sums[index] = (sums[index] + 1) * betting.withoutFeature[Int(level)]
  }

  private mutating func closeSecond(_ load: inout FleetLoad) {
    if !isCold {
      load.sample(
        Float(secondRequests) / max(thresholds.usual.value, 1),
        isUnusual: shown & (1 << UInt16(Index.rate)) != 0)
    }
    if isLearning { learnSecond() }
    secondRequests = 0
    counts = InlineArray(repeating: 0)
    destinations = 0
    paths = 0
  }

  private mutating func closeMinute(_ load: Float, _ betting: borrowing Betting) -> UInt16 {
    begin(Index.sustainedRate, levels[Index.sustainedRate], betting)
    begin(Index.volume, levels[Index.volume], betting)
    if Magnitude(Float(minuteRequests)) > thresholds.sustained.scaled(by: load) {
      show(Index.sustainedRate, level: levels[Index.sustainedRate], betting)
    }
    if Magnitude(Float(minuteKilobytes)) > thresholds.volume.scaled(by: load) {
      show(Index.volume, level: levels[Index.volume], betting)
    }
    let fresh = shown
    learnMinute(betting)
    minuteRequests = 0
    minuteKilobytes = 0
    minuteSeconds = 0
    minuteShown = InlineArray(repeating: 0)
    return fresh
  }

  /// Linear counting: exact enough to tell twice as many from as many.
  static func distinct(_ bitmap: UInt32) -> Magnitude {
    linearCounts[bitmap.nonzeroBitCount]
  }

  /// The expected number of draws that set so many of 32 bits: a coupon collector's sum.
  private static let linearCounts: [Magnitude] = {
    var draws: Float = 0
    return (0...32).map { bits in
      if bits > 0 { draws += 32 / Float(33 - bits) }
      return Magnitude(draws)
    }
  }()
}
