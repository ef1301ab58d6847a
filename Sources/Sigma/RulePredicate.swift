/// One test of one field that rules of a set share, and how its answer is found.
struct RulePredicate: Sendable {
  let item: RuleItem
  let way: Way
  /// The literals of `literals` and `comparison`, and those that `confirmation` waits for.
  let literals: [LiteralTest]

  enum Way: Hashable, Sendable, CaseIterable {
    /// Holds when one of its literals is found where it belongs.
    case literals
    /// Is evaluated when one of its literals is found, and fails otherwise.
    case confirmation
    /// One of its literals is where it belongs, which is compared when asked for.
    case comparison
    /// Is evaluated when asked for.
    case evaluation
    /// Holds when one of its expressions is found.
    case expressions
  }

  /// Predicates of which one holds when the item does; each is found in one way.
  static func parts(of item: RuleItem) -> [RulePredicate] {
    guard case .text(let patterns) = item.operation else {
      return [RulePredicate(item: item, way: .evaluation, literals: [])]
    }
    let found = Dictionary(grouping: patterns) { $0.way(in: item.field) }
    return Way.allCases.compactMap { way in
      guard let patterns = found[way] else { return nil }
      var part = item
      part.operation = .text(patterns)
      return RulePredicate(item: part, way: way, literals: patterns.compactMap(\.literal))
    }
  }

  /// Its literals that are looked for, and where they count.
  func uses(_ number: Int) -> [(literal: LiteralPattern, use: LiteralIndex.Use)] {
    guard isTold else { return [] }
    return literals.map { test in
      (
        test.literal,
        LiteralIndex.Use(
          predicate: Int32(number), byteCount: Int32(test.literal.bytes.count),
          field: item.field, isAtStart: test.isAtStart, isAtEnd: test.isAtEnd)
      )
    }
  }

  var expressions: [RegexPattern] {
    guard case .text(let patterns) = item.operation else { return [] }
    return patterns.compactMap { if case .regex(let expression) = $0 { expression } else { nil } }
  }

  /// What asking for it costs, in no unit.
  var cost: Int {
    switch way {
    case .literals: 0
    case .comparison: 1
    case .evaluation: 2
    case .confirmation: 3
    case .expressions: 4
    }
  }

  /// How often a literal of it turns up where it means nothing, as a guess that only compares; nil
  /// when it may hold without one.
  var chance: Double? {
    guard isTold else { return nil }
    return literals.reduce(0) { sum, test in
      let bytes = test.literal.bytes.count + (test.isAtStart || test.isAtEnd ? 2 : 0)
      return sum + 1 / Double(1 << min(bytes, 40))
    }
  }

  /// Whether it holds only when one of its literals is found.
  private var isTold: Bool {
    switch way {
    case .literals, .confirmation: true
    case .comparison, .evaluation, .expressions: false
    }
  }
}

extension TextPattern {
  /// Fewer bytes turn up everywhere, and slow the search for all others down.
  private static let fewestBytes = 2

  fileprivate func way(in field: RequestField) -> RulePredicate.Way {
    guard case .wildcard(let pattern) = self else { return .expressions }
    let isSingle = LiteralTest(pattern) != nil
    // A method and numbers are in every request: finding one tells nothing.
    guard field != .method, !field.isNumber,
      let literal, literal.literal.bytes.count >= Self.fewestBytes
    else { return isSingle ? .comparison : .evaluation }
    return isSingle ? .literals : .confirmation
  }

  fileprivate var literal: LiteralTest? {
    if case .wildcard(let pattern) = self { LiteralTest(longestOf: pattern) } else { nil }
  }
}
