/// Why patterns cannot be looked for.
package struct PatternError: Error, Hashable {
  /// The number of the pattern at fault; nil when it is none in particular.
  package let pattern: Int?
  package let message: String

  package init(pattern: Int? = nil, _ message: String) {
    self.pattern = pattern
    self.message = message
  }
}
