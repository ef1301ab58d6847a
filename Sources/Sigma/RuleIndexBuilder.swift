/// Gathers what rules share.
struct RuleIndexBuilder {
  private(set) var predicates: [RulePredicate] = []
  private(set) var program = RuleProgram()
  private(set) var starts: [Int32] = []
  /// The rules that need each predicate, and those that need none.
  private(set) var needing: [[Int32]] = []
  private(set) var always: [UInt64] = []
  /// Of the rules, over the predicates.
  private var conditions: [RuleCondition] = []
  private var numbers: [Key: Int] = [:]

  /// What makes two predicates one, wherever they stand.
  private struct Key: Hashable {
    let field: RequestField
    let operation: RuleItem.Operation
  }

  mutating func add(_ rule: CompiledRule) {
    let items = rule.items.map { predicate(of: $0) }
    let condition = rule.condition.mapped { items[$0] }
    let number = starts.count
    if number & 63 == 0 { always.append(0) }
    if let triggers = RuleTriggers(condition, chance: { predicates[$0].chance }) {
      for predicate in Set(triggers.predicates) { needing[predicate].append(Int32(number)) }
    } else {
      always[number >> 6] |= 1 << UInt64(number & 63)
    }
    conditions.append(condition)
    starts.append(program.append(condition, cost: cost))
  }

  /// To be called when all rules are there.
  mutating func finish() {
    for number in predicates.indices where needing[number].isEmpty { predicates[number].demote() }
  }

  /// How each predicate is answered, and with what.
  var answers: (predicates: [RuleIndex.Predicate], ComparisonTable, items: [RuleItem]) {
    var comparisons = ComparisonTable()
    var items: [RuleItem] = []
    let answers = predicates.enumerated().map { number, predicate in
      var answer = RuleIndex.Predicate(
        way: predicate.way, field: predicate.item.field, isTold: !uses(number).isEmpty)
      switch predicate.way {
      case .comparison:
        let range = comparisons.append(predicate.literals)
        (answer.position, answer.comparisonCount) = (range.lowerBound, Int32(range.count))
      case .evaluation, .confirmation:
        answer.position = Int32(items.count)
        items.append(predicate.item)
      case .literals, .expressions: break
      }
      return answer
    }
    return (answers, comparisons, items)
  }

  var narrowing: RuleNarrowing { RuleNarrowing(conditions, predicates) }

  var patterns: (patterns: [Pattern], PatternIndex) {
    PatternIndex.make(predicates.indices.flatMap(uses))
  }

  private func uses(_ predicate: Int) -> [(pattern: Pattern, use: PatternIndex.Use)] {
    predicates[predicate].uses(predicate, isTrigger: !needing[predicate].isEmpty)
  }

  /// The expressions of each field and the predicates they belong to.
  var expressions: [(field: RequestField, expressions: [RegexPattern], predicates: [Int])] {
    RequestField.allCases.compactMap { field in
      var expressions: [RegexPattern] = []
      var owners: [Int] = []
      for (number, predicate) in predicates.enumerated()
      where predicate.way == .expressions && predicate.item.field == field {
        expressions += predicate.expressions
        owners += predicate.expressions.map { _ in number }
      }
      return expressions.isEmpty ? nil : (field, expressions, owners)
    }
  }

  private mutating func predicate(of item: RuleItem) -> RuleCondition {
    .or(
      RulePredicate.parts(of: item).map { part in
        let key = Key(field: part.item.field, operation: part.item.operation)
        if let number = numbers[key] { return .item(number) }
        let number = predicates.count
        numbers[key] = number
        predicates.append(part)
        needing.append([])
        return .item(number)
      })
  }

  private func cost(_ condition: RuleCondition) -> Int {
    switch condition {
    case .item(let predicate): predicates[predicate].cost
    case .not(let inner): cost(inner)
    case .and(let parts), .or(let parts): parts.map(cost).max() ?? 0
    }
  }
}

extension RuleCondition {
  /// With another condition in place of each item.
  fileprivate func mapped(_ item: (Int) -> RuleCondition) -> RuleCondition {
    switch self {
    case .item(let number): item(number)
    case .not(let inner): .not(inner.mapped(item))
    case .and(let parts): .and(parts.map { $0.mapped(item) })
    case .or(let parts): .or(parts.map { $0.mapped(item) })
    }
  }
}
