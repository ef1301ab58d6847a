/// Learning: candidates follow the traffic, and are frozen into a reference now and then.
///
/// Once there is a reference, nothing is learned in minutes with evidence above the observe level,
/// so an attacker teaches little; a reference moves by at most 5 % a day, up or down.
extension EntityRecord {
  @inline(__always)
  mutating func learn(_ event: EntityEvent) {
    candidate.slow.follow(event.duration.value, quantile: 0.99, step: 0.05)
    candidate.response = max(candidate.response, event.responseSize)
    candidate.request = max(candidate.request, event.requestSize)
  }

  mutating func learnSecond() {
    let requests = Magnitude(Float(secondRequests))
    candidate.rate.follow(requests.value, quantile: 0.99, step: 0.05)
    for index in 0..<Self.requestFeatures {
      candidate.counts[index].follow(Float(counts[index]), quantile: 0.99, step: 0.05)
    }
    candidate.surge = max(candidate.surge, requests)
    candidate.destinations = max(candidate.destinations, Self.distinct(destinations))
    candidate.paths = max(candidate.paths, Self.distinct(paths))
  }

  /// Counts the minute that ends, if it may be learned from, and freezes when enough was seen.
  mutating func learnMinute(_ betting: borrowing Betting) {
    // A caller that is new has no reference that it could depart from.
    let isCalm = isCold || statistic < ScoringBounds.observeLevel
    if isLearning, isCalm { countMinute(betting) }
    isLearning = isCalm
    let isDue =
      isCold
      ? minutesSinceFreeze >= ScoringBounds.coldMinutes / 2
        && learnedRequests >= ScoringBounds.coldRequests / 2
      : minutesSinceFreeze >= ScoringBounds.freezeMinutes
    if isDue { freeze(betting) }
  }

  private mutating func countMinute(_ betting: borrowing Betting) {
    candidate.sustained.follow(Float(minuteRequests), quantile: 0.95, step: 0.1)
    candidate.volume = max(candidate.volume, Magnitude(Float(minuteKilobytes)))
    learnedRequests &+= minuteRequests
    learnedSeconds &+= UInt32(minuteSeconds)
    learnedMinutes &+= 1
    if minutesSinceFreeze < 0x7F { minutesSinceFreeze &+= 1 }
    for index in 0..<Self.secondFeatures {
      learnedShown[index] = learnedShown[index].addingClamped(UInt16(minuteShown[index]))
      // A minute of few seconds says little about a share.
      let trials = max(minuteSeconds, ScoringBounds.peakTrials)
      let share = Double(minuteShown[index]) / Double(trials)
      if share > 0 { peaks[index] = max(peaks[index], betting.level(atLeast: share)) }
    }
    for index in Self.secondFeatures..<Self.features where shown & (1 << UInt16(index)) != 0 {
      learnedShown[index] = learnedShown[index].addingClamped(1)
    }
  }

  private mutating func freeze(_ betting: borrowing Betting) {
    if version == 0 {
      thresholds = candidate.thresholds.atMost(thresholds)
      thresholds.usual = Magnitude(meanRequests)
      learnedRequests = 0
      learnedSeconds = 0
      learnedMinutes = 0
      learnedShown = InlineArray(repeating: 0)
      peaks = InlineArray(repeating: 0)
    } else {
      moveLevels(betting)
      if version % ScoringBounds.freezesPerDay == 0 {
        var next = candidate.thresholds
        next.usual = Magnitude(meanRequests)
        thresholds = next.near(thresholds)
        candidate.relax()
        halveThePast()
      }
    }
    minutesSinceFreeze = 0
    if version < .max { version &+= 1 }
  }

  /// Opens a new reference for a workload that changed on purpose, bounded by the old one: what is
  /// learned next exceeds no old threshold by more than a factor. Until it is learned the record is
  /// cold.
  mutating func relearn() {
    // A record that never froze has nothing to be bounded by.
    guard version > 0 else { return }
    thresholds = thresholds.scaled(by: ScoringBounds.deployChange)
    candidate = Candidate()
    // Without bounds yet there is nothing that could bound the next ones.
    isRelearning = version > 1 || isRelearning
    version = 0
    minutesSinceFreeze = 0
    learnedRequests = 0
    learnedSeconds = 0
    learnedMinutes = 0
    learnedShown = InlineArray(repeating: 0)
    peaks = InlineArray(repeating: 0)
    forgetEvidence()
  }

  private mutating func moveLevels(_ betting: borrowing Betting) {
    let rise: Betting.Level = version % ScoringBounds.freezesPerLevel == 0 ? 1 : 0
    for index in 0..<Self.features {
      let isMinute = index >= Self.secondFeatures
      var level = ClopperPearson.upperLevel(
        successes: Int(learnedShown[index]),
        trials: isMinute ? Int(learnedMinutes) : Int(learnedSeconds), error: 0.01,
        betting: betting)
      if !isMinute { level = max(level, peaks[index]) }
      if isRelearning {
        levels[index] = min(level, levels[index] &+ ScoringBounds.deployLevels)
      } else {
        levels[index] = isCold ? level : min(level, levels[index] &+ rise)
      }
    }
    isRelearning = false
  }

  /// Half of the past stays, so that what is rare is not forgotten at once.
  private mutating func halveThePast() {
    learnedRequests /= 2
    learnedSeconds /= 2
    learnedMinutes /= 2
    for index in 0..<Self.features { learnedShown[index] /= 2 }
    for index in 0..<Self.secondFeatures where peaks[index] > 0 { peaks[index] &-= 1 }
  }
}

extension EntityRecord.Thresholds {
  /// No further from the ones in force than 5 %.
  func near(_ old: Self) -> Self {
    var near = Self(all.indices.map { all[$0].near(old.all[$0]) })
    for index in 0..<EntityRecord.requestFeatures {
      near.counts[index] = counts[index].near(old.counts[index])
    }
    return near
  }
}

extension EntityRecord.Thresholds {
  func atMost(_ bound: Self) -> Self {
    var least = Self(all.indices.map { min(all[$0], bound.all[$0]) })
    for index in 0..<EntityRecord.requestFeatures {
      least.counts[index] = counts[index]
      // Zero is a count like any other; a record that never froze has no bound.
      if bound.usual != .unknown { least.counts[index] = min(counts[index], bound.counts[index]) }
    }
    return least
  }

  func scaled(by factor: Float) -> Self {
    var scaled = Self(all.map { $0.scaled(by: factor) })
    for index in 0..<EntityRecord.requestFeatures {
      scaled.counts[index] = counts[index].scaled(by: factor).raised(by: 1)
    }
    return scaled
  }
}

extension EntityRecord.Candidate {
  var thresholds: EntityRecord.Thresholds {
    var thresholds = EntityRecord.Thresholds(
      slow: slow > 0 ? Magnitude(slow * Self.margin) : .unknown,
      response: response.scaled(by: 1.25), request: request.scaled(by: 1.25),
      rate: Magnitude(rate * Self.margin), surge: surge.scaled(by: 2).raised(by: 2),
      destinations: destinations.scaled(by: 1.5).raised(by: 2),
      paths: paths.scaled(by: 1.5).raised(by: 2), sustained: Magnitude(sustained * 1.25),
      volume: volume.scaled(by: 1.5))
    for index in 0..<EntityRecord.requestFeatures {
      thresholds.counts[index] = Magnitude(counts[index] * Self.margin)
    }
    return thresholds
  }

  /// A followed quantile wavers about equal samples; this keeps them all below.
  private static let margin: Float = 1.125

  /// Lets the largest values seen be forgotten in time.
  mutating func relax() {
    response = response.scaled(by: 0.95)
    request = request.scaled(by: 0.95)
    surge = surge.scaled(by: 0.95)
    destinations = destinations.scaled(by: 0.95)
    paths = paths.scaled(by: 0.95)
    volume = volume.scaled(by: 0.95)
  }
}

extension Magnitude {
  /// Among few, one more is no more than chance.
  fileprivate func raised(by count: Float) -> Magnitude {
    self == .unknown ? self : Magnitude(value + count)
  }

  fileprivate func near(_ old: Magnitude) -> Magnitude {
    guard old != .unknown, self != .unknown else { return old == .unknown ? self : old }
    return min(
      max(self, old.scaled(by: 1 / ScoringBounds.dailyChange)),
      old.scaled(by: ScoringBounds.dailyChange))
  }
}

extension Float {
  /// Follows a quantile of samples that are not negative: a step up past it, a smaller one down.
  ///
  /// Source: Ma, Muthukrishnan, Sandler, "Frugal Streaming for Estimating Quantiles" (2013).
  @inline(__always)
  fileprivate mutating func follow(_ sample: Float, quantile: Float, step: Float) {
    if self == 0 {
      self = sample
    } else {
      self *= sample > self ? 1 + step * quantile : 1 - step * (1 - quantile)
    }
  }
}

extension UInt16 {
  fileprivate func addingClamped(_ other: UInt16) -> UInt16 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
