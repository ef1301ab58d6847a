/// One test of one field that rules of a set share, and how its answer is found.
struct RulePredicate: Sendable {
  let item: RuleItem
  var way: Way
  /// One of each pattern that is no expression.
  let literals: [LiteralTest]

  enum Way: UInt8, Hashable, Sendable, CaseIterable {
    /// Holds when one of its literals is found where it belongs.
    case literals
    /// Is evaluated when one of its literals is found, and fails otherwise.
    case confirmation
    /// One of its literals is where it belongs, which is compared when asked for.
    case comparison
    /// Is evaluated when asked for.
    case evaluation
    /// Holds when one of its expressions is found in the field.
    case expressions
  }

  /// Predicates of which one holds when the item does; each is found in one way.
  static func parts(of item: RuleItem) -> [RulePredicate] {
    guard case .text(let patterns) = item.operation else {
      return [RulePredicate(item: item, way: .evaluation, literals: [])]
    }
    let found = Dictionary(grouping: patterns) { $0.way(in: item.field) }
    return Way.allCases.flatMap { way in
      // Apart from each other, so that few short literals do not keep long ones out of the scan.
      Dictionary(grouping: found[way] ?? []) { way == .literals && $0.isShort }
        .sorted { !$0.key && $1.key }
        .map { _, patterns in
          var part = item
          part.operation = .text(patterns)
          return RulePredicate(item: part, way: way, literals: patterns.compactMap(\.literal))
        }
    }
  }

  /// What is looked for in all requests on its behalf.
  func uses(_ number: Int, isTrigger: Bool) -> [(pattern: Pattern, use: PatternIndex.Use)] {
    switch way {
    case .literals, .confirmation:
      literals.map { test in
        (
          .literal(test.beginning.literal),
          PatternIndex.Use(
            predicate: Int32(number), byteCount: Int32(test.beginning.literal.bytes.count),
            place: item.field.rawValue, isAtStart: test.isAtStart,
            isAtEnd: test.beginning.isAtEnd, proves: way == .literals)
        )
      }
    case .expressions where isTrigger:
      expressions.map { expression in
        (
          .expression(expression),
          PatternIndex.Use(
            predicate: Int32(number), byteCount: 0, place: PatternIndex.Use.anywhere,
            isAtStart: false, isAtEnd: false, proves: false)
        )
      }
    case .expressions, .comparison, .evaluation: []
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

  /// How often a pattern of it turns up where it means nothing, as a guess that only compares; nil
  /// when it may hold without one.
  var chance: Double? {
    switch way {
    case .literals, .confirmation:
      literals.reduce(0) { sum, test in
        let bytes = test.literal.bytes.count + (test.isAtStart || test.isAtEnd ? 2 : 0)
        return sum + 1 / Double(1 << min(bytes, 40))
      }
    case .expressions:
      expressions.contains(where: \.mayAskForSurroundings) ? nil : Double(expressions.count)
    case .comparison, .evaluation: nil
    }
  }

  /// Lets short literals that no rule waits for be compared when a rule asks: in a scan they would
  /// turn up in most requests.
  mutating func demote() {
    if way == .literals, literals.contains(where: \.isShort) { way = .comparison }
  }
}

extension TextPattern {
  /// Fewer bytes turn up everywhere, and slow the search for all others down.
  private static let fewestBytes = 2

  fileprivate func way(in field: RequestField) -> RulePredicate.Way {
    guard case .wildcard(let pattern) = self else { return .expressions }
    guard let literal else { return .evaluation }
    let isSingle = LiteralTest(pattern) != nil
    // A method and numbers are in every request: finding one tells nothing.
    if field == .method || field.isNumber || literal.literal.bytes.count < Self.fewestBytes {
      return isSingle ? .comparison : .evaluation
    }
    return isSingle && literal.literal.bytes.count <= LiteralTest.mostBytes
      ? .literals : .confirmation
  }

  fileprivate var isShort: Bool { literal?.isShort ?? false }

  fileprivate var literal: LiteralTest? {
    if case .wildcard(let pattern) = self { LiteralTest(longestOf: pattern) } else { nil }
  }
}

extension LiteralTest {
  /// Turns up in many requests by chance.
  fileprivate var isShort: Bool { literal.bytes.count < 4 }
}
