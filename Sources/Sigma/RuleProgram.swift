/// Conditions as tests that each lead to the next test or to the answer.
struct RuleProgram: Sendable {
  private(set) var steps: [Step] = []

  /// One test.
  struct Step: Sendable {
    let predicate: Int32
    let whenTrue: Int32
    let whenFalse: Int32
  }

  /// In place of a step: the rule matches, or does not.
  static let matches: Int32 = -1
  static let fails: Int32 = -2

  /// Adds a rule's tests, of two that would do the one with the lower cost first, and returns the
  /// first of them.
  mutating func append(_ condition: RuleCondition, cost: (RuleCondition) -> Int) -> Int32 {
    append(condition, Self.matches, Self.fails, cost)
  }

  private mutating func append(
    _ condition: RuleCondition, _ whenTrue: Int32, _ whenFalse: Int32,
    _ cost: (RuleCondition) -> Int
  ) -> Int32 {
    switch condition {
    case .item(let predicate):
      steps.append(
        Step(predicate: Int32(predicate), whenTrue: whenTrue, whenFalse: whenFalse))
      return Int32(steps.count - 1)
    case .not(let inner):
      return append(inner, whenFalse, whenTrue, cost)
    case .and(let parts):
      return Self.cheapestLast(parts, cost).reduce(whenTrue) { next, part in
        append(part, next, whenFalse, cost)
      }
    case .or(let parts):
      return Self.cheapestLast(parts, cost).reduce(whenFalse) { next, part in
        append(part, whenTrue, next, cost)
      }
    }
  }

  /// Tests are added from the last to the first, as each names the one after it.
  private static func cheapestLast(
    _ parts: [RuleCondition], _ cost: (RuleCondition) -> Int
  ) -> [RuleCondition] {
    parts.map { (part: $0, cost: cost($0)) }.sorted { $0.cost > $1.cost }.map(\.part)
  }
}
