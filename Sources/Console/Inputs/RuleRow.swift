package import ControlViews

/// A rule with what came of its matches.
package struct RuleRow: Sendable {
  package var rule: RuleView
  /// Actions it led to, of those the history shows first: enforced, and in shadow.
  package var enforced: Int
  package var shadowed: Int

  package init(rule: RuleView, enforced: Int, shadowed: Int) {
    self.rule = rule
    self.enforced = enforced
    self.shadowed = shadowed
  }
}
