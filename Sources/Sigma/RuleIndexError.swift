/// Why rules cannot be matched.
package struct RuleIndexError: Error, Hashable {
  /// Where the pattern at fault stands; nil when it is none in particular.
  package let place: Place?
  package let message: String
}
