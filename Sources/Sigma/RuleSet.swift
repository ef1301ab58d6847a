/// Compiled rules that are swapped as a whole.
package struct RuleSet: Sendable {
  /// In the order of their files; a rule's position here is its number.
  package let rules: [CompiledRule]
}
