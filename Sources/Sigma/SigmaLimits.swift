/// The bounds of what rules may ask for; each is far above what public rule sets hold.
package enum SigmaLimits {
  /// Rules and correlations in a set: what a node scans on every request.
  package static let rules = 10_000
  /// Items in one compiled rule, after modifiers and wildcards of search names are worked out.
  package static let itemsPerRule = 2_000
  /// Values in one rule, each of which may become several patterns.
  package static let valuesPerRule = 5_000
  /// Bytes of one value.
  package static let patternBytes = 4_096
  /// Levels of lists, mappings, parentheses and `not` within each other.
  package static let depth = 32
  /// Bytes of one condition.
  package static let conditionBytes = 4_096
}
