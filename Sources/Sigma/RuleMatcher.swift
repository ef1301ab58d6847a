/// Finds the rules of an index that requests match, one request after the other.
///
/// Its working memory is its own and is reused: matching allocates nothing. Not sendable; each
/// shard makes its own from the shared index, and a new rule set gets new matchers while old ones may
/// still be at work.
package final class RuleMatcher {
  /// Scans that failed, and found nothing for that: no text brings that about, so it counts faults of
  /// the machine.
  package private(set) var failedScans: UInt64 = 0
  private let index: RuleIndex
  private var hits: LiteralHits
  private let literals: (any LiteralScanner)?
  private var searches: [ExpressionSearch]

  /// Expressions of one field.
  private struct ExpressionSearch {
    let group: RuleIndex.ExpressionGroup
    let scanner: any ExpressionScanner
    var found: ExpressionHits
  }

  package init(_ index: RuleIndex) throws(PatternError) {
    self.index = index
    hits = index.noHits
    literals = try index.literals?.scanner()
    var searches: [ExpressionSearch] = []
    for group in index.expressions {
      searches.append(
        ExpressionSearch(
          group: group, scanner: try group.database.scanner(),
          found: ExpressionHits(count: group.count)))
    }
    self.searches = searches
  }

  /// Calls `onMatch` with the position in the rule set of each rule that the request matches, in the
  /// order of the positions.
  package func match(_ texts: RequestTexts, _ onMatch: (Int) -> Void) {
    guard !index.rules.isEmpty else { return }
    hits.begin(texts.ranges)
    if let literals, !literals.scan(texts.bytes.span.bytes.extracting(first: texts.byteCount), into: &hits) { failedScans &+= 1 }
    for word in hits.candidates.indices {
      var rest = hits.candidates[word]
      while rest != 0 {
        let rule = word << 6 | rest.trailingZeroBitCount
        rest &= rest &- 1
        if holds(rule, texts) { onMatch(index.rules[rule]) }
      }
    }
  }

  private func holds(_ rule: Int, _ texts: RequestTexts) -> Bool {
    var next = index.starts[rule]
    while next >= 0 {
      let step = index.program.steps[Int(next)]
      next = holds(predicate: Int(step.predicate), texts) ? step.whenTrue : step.whenFalse
    }
    return next == RuleProgram.matches
  }

  private func holds(predicate number: Int, _ texts: RequestTexts) -> Bool {
    let state = hits.state(of: number)
    switch index.predicates[number].way {
    case .literals: return state == .seen
    case .confirmed where state == .unknown: return false
    case .confirmed, .direct, .expressions: break
    }
    switch state {
    case .holds: return true
    case .fails: return false
    case .unknown, .seen: return settle(number, texts)
    }
  }

  private func settle(_ number: Int, _ texts: RequestTexts) -> Bool {
    let predicate = index.predicates[number]
    guard predicate.way == .expressions else {
      let holds = predicate.holds(texts)
      hits.settle(number, holds)
      return holds
    }
    search(predicate.field, texts)
    return hits.state(of: number) == .holds
  }

  /// Settles all predicates with expressions in `field`.
  private func search(_ field: RequestField, _ texts: RequestTexts) {
    guard let position = searches.firstIndex(where: { $0.group.field == field }) else { return }
    searches[position].found.removeAll()
    let bytes = texts.bytes.span.bytes
    for place in field.places {
      let text = bytes.extracting(texts.range(of: place))
      if !searches[position].scanner.scan(text, into: &searches[position].found) {
        failedScans &+= 1
      }
    }
    for owner in searches[position].group.predicates { hits.settle(owner, false) }
    for (number, owner) in searches[position].group.predicates.enumerated()
    where searches[position].found.contains(number) {
      hits.settle(owner, true)
    }
  }
}
