/// Learning: candidates follow the traffic, and are frozen into a reference now and then.
///
/// Nothing is learned in minutes with evidence above the observe level or with an incident open, so
/// an attacker teaches little; a reference rises by at most 5 % a day and falls freely.
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
    candidate.surge = max(candidate.surge, requests)
    candidate.destinations = max(candidate.destinations, Self.distinct(destinations))
    candidate.paths = max(candidate.paths, Self.distinct(paths))
  }

  /// Counts the minute that ends, if it may be learned from, and freezes when enough was seen.
  mutating func learnMinute(isBusy: Bool, isLarge: Bool, _ betting: borrowing Betting) {
    let isCalm = statistic < ScoringBounds.observeLevel
    if isLearning, isCalm { countMinute(isBusy: isBusy, isLarge: isLarge, betting) }
    isLearning = isCalm
    if learnedMinutes >= (isCold ? ScoringBounds.coldMinutes / 2 : ScoringBounds.freezeMinutes),
      learnedRequests >= (isCold ? ScoringBounds.coldRequests / 2 : 0)
    {
      freeze(betting)
    }
  }

  private mutating func countMinute(isBusy: Bool, isLarge: Bool, _ betting: borrowing Betting) {
    candidate.sustained.follow(Float(minuteRequests), quantile: 0.95, step: 0.1)
    candidate.volume = max(candidate.volume, Magnitude(Float(minuteKilobytes)))
    learnedRequests &+= minuteRequests
    learnedSeconds &+= UInt32(minuteSeconds)
    learnedMinutes &+= 1
    for index in 0..<(Self.features - 2) {
      let shown = UInt32(minuteShown[index])
      let trials = index < Self.requestFeatures ? minuteRequests : UInt32(minuteSeconds)
      learnedShown[index] = learnedShown[index].addingClamped(shown)
      // A minute of few requests says little about a share.
      let share = Double(shown) / Double(max(trials, ScoringBounds.peakTrials))
      if share > 0 { peaks[index] = max(peaks[index], betting.level(atLeast: share)) }
    }
    if isBusy { learnedShown[Self.requestFeatures + Index.sustainedRate] &+= 1 }
    if isLarge { learnedShown[Self.requestFeatures + Index.volume] &+= 1 }
  }

  private mutating func freeze(_ betting: borrowing Betting) {
    if version == 0 {
      thresholds = candidate.thresholds
      learnedRequests = 0
      learnedSeconds = 0
      learnedMinutes = 0
      learnedShown = InlineArray(repeating: 0)
      peaks = InlineArray(repeating: 0)
    } else {
      raiseOrLowerLevels(betting)
      thresholds = candidate.thresholds.limited(by: thresholds)
      // Half of the past stays, so that what is rare is not forgotten at once.
      learnedRequests /= 2
      learnedSeconds /= 2
      learnedMinutes /= 2
      for index in 0..<Self.features { learnedShown[index] /= 2 }
      for index in 0..<(Self.features - 2) where peaks[index] > 0 { peaks[index] &-= 1 }
    }
    candidate.relax()
    if version < .max { version &+= 1 }
  }

  private mutating func raiseOrLowerLevels(_ betting: borrowing Betting) {
    let rise: Betting.Level = version % ScoringBounds.freezesPerLevel == 0 ? 1 : 0
    for index in 0..<Self.features {
      let isMinute = index >= Self.features - 2
      let trials =
        index < Self.requestFeatures
        ? learnedRequests : isMinute ? UInt32(learnedMinutes) : learnedSeconds
      var level = ClopperPearson.upperLevel(
        successes: Int(learnedShown[index]), trials: Int(trials), error: 0.01, betting: betting)
      if !isMinute { level = max(level, peaks[index]) }
      levels[index] = isCold ? level : min(level, levels[index] &+ rise)
    }
  }
}

extension EntityRecord.Thresholds {
  /// No threshold above what 5 % a day allows over the one in force.
  func limited(by old: Self) -> Self {
    Self(
      slow: slow.limited(by: old.slow), response: response.limited(by: old.response),
      request: request.limited(by: old.request), rate: rate.limited(by: old.rate),
      surge: surge.limited(by: old.surge),
      destinations: destinations.limited(by: old.destinations),
      paths: paths.limited(by: old.paths), sustained: sustained.limited(by: old.sustained),
      volume: volume.limited(by: old.volume))
  }
}

extension EntityRecord.Candidate {
  var thresholds: EntityRecord.Thresholds {
    EntityRecord.Thresholds(
      slow: slow > 0 ? Magnitude(slow * Self.margin) : .unknown,
      response: response.scaled(by: 1.25),
      request: request.scaled(by: 1.25), rate: Magnitude(rate * Self.margin),
      surge: surge.scaled(by: 2).raised(by: 2),
      destinations: destinations.scaled(by: 1.5).raised(by: 2),
      paths: paths.scaled(by: 1.5).raised(by: 2),
      sustained: Magnitude(sustained * 1.25), volume: volume.scaled(by: 1.5))
  }

  /// A followed quantile wavers about equal samples; this keeps them all below.
  private static let margin: Float = 1.125

  /// Lets the largest values seen be forgotten in time.
  mutating func relax() {
    response = response.scaled(by: 0.98)
    request = request.scaled(by: 0.98)
    surge = surge.scaled(by: 0.98)
    destinations = destinations.scaled(by: 0.98)
    paths = paths.scaled(by: 0.98)
    volume = volume.scaled(by: 0.98)
  }
}

extension Magnitude {
  /// Among few, one more is no more than chance.
  fileprivate func raised(by count: Float) -> Magnitude {
    self == .unknown ? self : Magnitude(value + count)
  }

  fileprivate func limited(by old: Magnitude) -> Magnitude {
    old == .unknown ? self : min(self, old.scaled(by: ScoringBounds.risePerFreeze))
  }
}

extension Float {
  /// Follows a quantile of positive samples: a step up past it, a smaller one down below it.
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
  fileprivate func addingClamped(_ other: UInt32) -> UInt16 {
    UInt16(clamping: UInt32(self) + other)
  }
}
