package import MeshModel

extension IndicatorIndex {
  /// An index of what has not ended at `now`. `secret` is a random number of the process.
  package init(
    _ indicators: some Collection<Indicator>, secret: UInt64, at now: Timestamp
  ) throws(IndicatorIndexFailure) {
    var builder = IndicatorIndexBuilder(
      secret: secret, at: now, capacity: min(indicators.count, ThreatLimits.indicators))
    for indicator in indicators { try builder.add(indicator) }
    self = builder.index()
  }
}
