/// The bounds of what rules may ask for; each is far above what public rule sets hold.
package enum SigmaLimits {
  /// Rules and correlations in a set: each costs memory and start-up time in every process.
  package static let rules = 10_000
  /// Patterns in a set, from which the databases of the matcher are built.
  package static let patterns = 200_000
  /// Values in one rule, each of which may become several patterns.
  package static let valuesPerRule = 5_000
  /// Patterns in one rule, once its modifiers are worked out.
  package static let patternsPerRule = 20_000
  /// Items in one rule.
  package static let itemsPerRule = 5_000
  /// Nodes in the condition of one rule, once its quantifiers are worked out.
  package static let conditionNodes = 20_000
  /// Bytes of one value.
  package static let valueBytes = 4_096
  /// Bytes of a title, an id or a name.
  package static let nameBytes = 512
  /// Bytes of one condition.
  package static let conditionBytes = 4_096
  /// Levels of lists and mappings, and of parentheses and `not`, within each other.
  package static let depth = 32
  /// Dashes in one value that `windash` varies; five kinds of them each.
  package static let dashes = 3
}
