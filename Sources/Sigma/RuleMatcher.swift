/// Finds the rules of an index that requests match, one request after the other.
///
/// Its working memory is its own and is reused: matching allocates nothing. It is not sendable; each
/// shard makes its own from the shared index, and a new rule set gets new matchers while old ones may
/// still be at work.
package final class RuleMatcher {
  private var run: RuleRun

  package init(_ index: RuleIndex) throws(PatternError) {
    run = try RuleRun(index)
  }

  /// Scans that failed, and found nothing for that: no text brings that about, so it counts faults of
  /// the machine.
  package var failedScans: UInt64 { run.failedScans }

  /// Calls `onMatch` with the position in the rule set of each rule that the request matches, in the
  /// order of the positions.
  package func match(_ texts: RequestTexts, _ onMatch: (Int) -> Void) {
    run.match(texts)
    for position in run.matched.indices { onMatch(run.matched[position]) }
  }

  /// What each item of a rule of the index says of a request: for whoever is told of a match.
  package func explain(_ rule: CompiledRule, _ texts: RequestTexts) -> [ItemResult] {
    rule.explain(texts) { run.matches($0, $1) }
  }

  /// The same answer as `match` gives for this rule, found item by item.
  package func evaluate(_ rule: CompiledRule, _ texts: RequestTexts) -> Bool {
    rule.evaluate(texts) { run.matches($0, $1) }
  }
}
