/// Rules, then correlations, in the order of their files.
package struct RuleList: Codable, Equatable, Sendable {
  package var schemaVersion = 1
  package var rules: [RuleView]
  package var next: String?

  package init(rules: [RuleView], next: String?) {
    self.rules = rules
    self.next = next
  }
}
