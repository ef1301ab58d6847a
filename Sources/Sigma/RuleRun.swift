/// The working memory in which the rules of an index are matched with one request after the other.
///
/// A value behind `RuleMatcher`, whose parts are then reached without asking each time whether
/// somebody else holds them.
struct RuleRun: ~Copyable {
  private(set) var failedScans: UInt64 = 0
  /// The positions in the rule set of the rules that the last request matched.
  private(set) var matched: [Int] = []
  private let index: RuleIndex
  private var hits: PatternHits
  private let scanner: (any PatternScanner)?
  private var searches: [ExpressionSearch]

  /// Expressions of one field.
  private struct ExpressionSearch {
    let group: RuleIndex.ExpressionGroup
    let scanner: any ExpressionScanner
    var found: ExpressionHits
  }

  init(_ index: RuleIndex) throws(PatternError) {
    let scanner = try index.patterns?.scanner()
    var searches: [ExpressionSearch] = []
    for group in index.expressions {
      searches.append(
        ExpressionSearch(
          group: group, scanner: try group.database.scanner(),
          found: ExpressionHits(count: group.expressions.count)))
    }
    self.index = index
    self.scanner = scanner
    hits = index.noHits
    self.searches = searches
  }

  mutating func match(_ texts: RequestTexts) {
    matched.removeAll(keepingCapacity: true)
    guard !index.isEmpty else { return }
    hits.begin(texts)
    if let scanner {
      let text = texts.bytes.span.bytes.extracting(
        first: texts.byteCount + RequestTexts.marginBytes)
      if !scanner.scan(text, into: &hits) { failedScans &+= 1 }
    }
    let places = index.narrowing.places(of: texts)
    for word in hits.candidates.indices {
      var rest = hits.candidates[word]
      guard rest != 0 else { continue }
      rest &= index.narrowing.left(word, places)
      while rest != 0 {
        let rule = word << 6 | rest.trailingZeroBitCount
        rest &= rest &- 1
        if holds(rule, texts) { matched.append(index.rules[rule]) }
      }
    }
  }

  /// Whether an expression of the index matches somewhere in a text.
  mutating func matches(_ expression: RegexPattern, _ text: ArraySlice<UInt8>) -> Bool {
    for position in searches.indices {
      guard let number = searches[position].group.expressions.firstIndex(of: expression)
      else { continue }
      find(position, text.span.bytes)
      return searches[position].found.contains(number)
    }
    return false
  }

  private mutating func holds(_ rule: Int, _ texts: RequestTexts) -> Bool {
    var next = index.starts[rule]
    while next >= 0 {
      let step = index.program.steps[Int(next)]
      next = holds(predicate: Int(step.predicate), texts) ? step.whenTrue : step.whenFalse
    }
    return next == RuleProgram.matches
  }

  private mutating func holds(predicate number: Int, _ texts: RequestTexts) -> Bool {
    let state = hits.state(of: number)
    if state == .holds { return true }
    let predicate = index.predicates[number]
    if state == .fails || state == .unknown && predicate.isTold { return false }
    switch predicate.way {
    case .literals: return false
    case .confirmation, .evaluation:
      // Expressions have a way of their own.
      let item = index.items[Int(predicate.position)]
      return settle(number, item.evaluate(texts) { _, _ in false })
    case .comparison:
      let tests = predicate.position..<predicate.position + predicate.comparisonCount
      return settle(
        number, index.comparisons.holdsAny(tests, texts.bytes, texts.range(of: predicate.field)))
    case .expressions:
      search(predicate.field, texts)
      return hits.state(of: number) == .holds
    }
  }

  private mutating func settle(_ number: Int, _ holds: Bool) -> Bool {
    hits.settle(number, holds)
    return holds
  }

  /// Settles all predicates with expressions in `field`.
  private mutating func search(_ field: RequestField, _ texts: RequestTexts) {
    guard let position = searches.firstIndex(where: { $0.group.field == field }) else { return }
    find(position, texts.bytes.span.bytes.extracting(texts.range(of: field)))
    for owner in searches[position].group.predicates { hits.settle(owner, false) }
    for (number, owner) in searches[position].group.predicates.enumerated()
    where searches[position].found.contains(number) {
      hits.settle(owner, true)
    }
  }

  private mutating func find(_ search: Int, _ text: borrowing RawSpan) {
    searches[search].found.removeAll()
    // Nothing matches what was not logged.
    guard text.byteCount > 0 else { return }
    if !searches[search].scanner.scan(text, into: &searches[search].found) { failedScans &+= 1 }
  }
}
