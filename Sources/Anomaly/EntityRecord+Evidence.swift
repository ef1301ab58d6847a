/// What the sums say.
extension EntityRecord {
  /// The average of all sums: while the reference holds, at least A no more often than once in A
  /// active seconds on average.
  var statistic: Double {
    var total = SIMD2<Float>.zero
    for index in 0..<Self.features { total += sums[index] }
    return Double(total.sum()) / Double(2 * Self.features)
  }

  /// One feature's share of the statistic.
  func statistic(of feature: Int) -> Double {
    Double(sums[feature].sum()) / Double(2 * Self.features)
  }

  /// The statistic as far as it may lead to action.
  ///
  /// Who is slow or meets failures suffers, and need not be its cause: such symptoms alone are only
  /// observed. Features of one family may be one event; it takes two families to quarantine.
  var actionable: Double {
    var families: Set<Family> = []
    var acts = false
    for feature in 0..<Self.features where statistic(of: feature) >= ScoringBounds.observeLevel {
      families.insert(Self.family(of: feature))
      if feature != Index.slowness, feature != Index.serverFailures { acts = true }
    }
    if !acts { return min(statistic, ScoringBounds.throttleLevel * 0.99) }
    return families.count >= 2 ? statistic : min(statistic, ScoringBounds.quarantineLevel * 0.99)
  }

  /// What both sides report alike of what the caller alone chooses: how much it asks, of whom, and
  /// what it sends. How it is answered is the destination's word.
  func corroborated(by twin: EntityRecord) -> Double {
    var total = 0.0
    var families: Set<Family> = []
    for feature in Self.callersChoice {
      let both = min(statistic(of: feature), twin.statistic(of: feature))
      total += both
      if both >= ScoringBounds.observeLevel { families.insert(Self.family(of: feature)) }
    }
    return families.count >= 2 ? total : min(total, ScoringBounds.quarantineLevel * 0.99)
  }

  mutating func forgetEvidence() {
    sums = InlineArray(repeating: .zero)
  }

  private enum Family {
    case outcome
    case load
    case spread
    case size
  }

  private static func family(of feature: Int) -> Family {
    switch feature {
    case Index.rate, Index.surge, Index.sustainedRate, Index.volume: .load
    case Index.newDestinations, Index.fanOut, Index.pathSpread: .spread
    case Index.largeResponses, Index.largeRequests: .size
    default: .outcome
    }
  }

  private static let callersChoice = [
    Index.newDestinations, Index.largeRequests, Index.rate, Index.surge, Index.fanOut,
    Index.pathSpread, Index.sustainedRate,
  ]
}
