/// What one item of a rule says of a request.
package struct ItemResult: Hashable, Sendable {
  /// Its position in the rule.
  package var item: Int
  package var holds: Bool
}
