/// Why no index is made: a bound of `ThreatLimits` is passed.
package enum IndicatorIndexFailure: Error, Hashable, Sendable {
  case tooManyIndicators
  case tooManyFeeds
  case tooMuchText
}
