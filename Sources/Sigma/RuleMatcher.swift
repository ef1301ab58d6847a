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
          found: ExpressionHits(count: group.expressions.count)))
    }
    self.searches = searches
  }

  /// Calls `onMatch` with the position in the rule set of each rule that the request matches, in the
  /// order of the positions.
  package func match(_ texts: RequestTexts, _ onMatch: (Int) -> Void) {
    guard !index.rules.isEmpty else { return }
    hits.begin(texts.ranges)
    if let literals,
      !literals.scan(texts.bytes.span.bytes.extracting(first: texts.byteCount), into: &hits)
    {
      failedScans &+= 1
    }
    for word in hits.candidates.indices {
      var rest = hits.candidates[word]
      while rest != 0 {
        let rule = word << 6 | rest.trailingZeroBitCount
        rest &= rest &- 1
        if holds(rule, texts) { onMatch(index.rules[rule]) }
      }
    }
  }

  /// Whether an expression of the index matches somewhere in a text.
  func matches(_ expression: RegexPattern, _ text: ArraySlice<UInt8>) -> Bool {
    for position in searches.indices {
      guard let number = searches[position].group.expressions.firstIndex(of: expression)
      else { continue }
      find(position, text.span.bytes)
      return searches[position].found.contains(number)
    }
    return false
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
    switch (state, index.predicates[number].way) {
    case (.holds, _), (.seen, .literals): return true
    case (.fails, _), (.unknown, .literals), (.unknown, .confirmation): return false
    case (.unknown, .expressions), (.seen, .expressions):
      search(index.predicates[number].item.field, texts)
      return hits.state(of: number) == .holds
    case (.unknown, .comparison), (.seen, .comparison):
      let range = texts.range(of: index.predicates[number].item.field)
      return settle(
        number, index.predicates[number].literals.contains { $0.holds(texts.bytes, range) })
    case (.unknown, .evaluation), (.seen, .evaluation), (.seen, .confirmation):
      // Expressions have a way of their own.
      return settle(number, index.predicates[number].item.evaluate(texts) { _, _ in false })
    }
  }

  private func settle(_ number: Int, _ holds: Bool) -> Bool {
    hits.settle(number, holds)
    return holds
  }

  /// Settles all predicates with expressions in `field`.
  private func search(_ field: RequestField, _ texts: RequestTexts) {
    guard let position = searches.firstIndex(where: { $0.group.field == field }) else { return }
    find(position, texts.bytes.span.bytes.extracting(texts.range(of: field)))
    for owner in searches[position].group.predicates { hits.settle(owner, false) }
    for (number, owner) in searches[position].group.predicates.enumerated()
    where searches[position].found.contains(number) {
      hits.settle(owner, true)
    }
  }

  private func find(_ search: Int, _ text: borrowing RawSpan) {
    searches[search].found.removeAll()
    // Nothing matches what was not logged.
    guard text.byteCount > 0 else { return }
    if !searches[search].scanner.scan(text, into: &searches[search].found) { failedScans &+= 1 }
  }
}
