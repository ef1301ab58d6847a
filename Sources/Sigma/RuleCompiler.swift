internal import MeshModel
package import YAMLNodes

extension CompiledRule {
  /// Works out modifiers, wildcards and quantifiers; throws every mistake with its place.
  package static func compile(_ rule: SigmaRule) throws(Diagnostics) -> CompiledRule {
    var compiler = RuleCompiler()
    let condition = compiler.condition(of: rule)
    let compiled = CompiledRule(rule: rule, items: compiler.items, condition: condition)
    if compiled.patternCount > SigmaLimits.patternsPerRule {
      compiler.fail("more than \(SigmaLimits.patternsPerRule) patterns in a rule", at: rule.place)
    }
    compiler.refuseUnknownMethods(condition)
    guard compiler.mistakes.isEmpty else { throw Diagnostics(compiler.mistakes) }
    return compiled
  }
}

/// Compiles one rule, collecting every mistake.
struct RuleCompiler {
  private(set) var items: [RuleItem] = []
  private(set) var mistakes: [Diagnostic] = []
  private var nodes = 0

  mutating func condition(of rule: SigmaRule) -> RuleCondition {
    var searches: [String: RuleCondition] = [:]
    for search in rule.detection.searches {
      searches[search.name] = condition(of: search.content)
    }
    if items.count > SigmaLimits.itemsPerRule {
      fail("more than \(SigmaLimits.itemsPerRule) items in a rule", at: rule.place)
    }
    let conditions = rule.detection.conditions.map {
      condition(of: $0.expression, rule.detection.searches.map(\.name), searches)
    }
    if nodes > SigmaLimits.conditionNodes {
      fail("a condition of more than \(SigmaLimits.conditionNodes) parts", at: rule.place)
    }
    return .any(conditions)
  }

  /// A rule that waits for a method that proxies do not tell would never match, and nobody would
  /// know.
  mutating func refuseUnknownMethods(_ condition: RuleCondition) {
    let known = items.map { $0.isAnswered(by: .method) ? $0 : nil }
    guard mistakes.isEmpty, let first = known.compactMap(\.self).first else { return }
    var texts = RequestTexts()
    let canMatch = RequestMethod.allCases.contains { method in
      texts.load(method, status: 0)
      return Prospect(condition, Prospect.of(known, texts)).canHold
    }
    if canMatch { return }
    let methods = RequestMethod.allCases.map(\.text).filter { !$0.isEmpty }
    fail(
      "no request can match: proxies log no methods but \(methods.joined(separator: ", ")), and any"
        + " other as absent",
      at: first.place)
  }

  mutating func fail(_ message: String, at place: Place) {
    mistakes.append(place.mistake(message))
  }

  private mutating func condition(
    of expression: ConditionExpression, _ names: [String], _ searches: [String: RuleCondition]
  ) -> RuleCondition {
    func meant(_ set: ConditionExpression.SearchNames) -> [RuleCondition] {
      names.filter(set.contain).compactMap { searches[$0] }
    }
    switch expression {
    case .search(let name): return counted(searches[name] ?? .or([]))
    case .not(let inner): return .not(condition(of: inner, names, searches))
    case .and(let operands): return .every(operands.map { condition(of: $0, names, searches) })
    case .or(let operands): return .any(operands.map { condition(of: $0, names, searches) })
    case .all(let set): return counted(.every(meant(set)))
    case .one(let set): return counted(.any(meant(set)))
    }
  }

  /// Counts, and keeps, no further than the bound, for quantifiers may multiply.
  private mutating func counted(_ condition: RuleCondition) -> RuleCondition {
    guard nodes <= SigmaLimits.conditionNodes else { return .or([]) }
    nodes += condition.size
    return condition
  }

  private mutating func condition(of content: SigmaDetection.Content) -> RuleCondition {
    switch content {
    case .all(let contents): .every(contents.map { condition(of: $0) })
    case .any(let contents): .any(contents.map { condition(of: $0) })
    case .test(let test): condition(of: test)
    }
  }

  /// The test on its field, or on what else the field's name may mean.
  private mutating func condition(of test: SigmaDetection.Test) -> RuleCondition {
    guard let check = ValueCheck(test, &mistakes) else { return .or([]) }
    var alternatives = [condition(check, test.field)]
    if let other = test.field.alternative, !check.isCovered(by: test.field) {
      alternatives.append(condition(check, other))
    }
    return check.isNegated ? .not(.any(alternatives)) : .any(alternatives)
  }

  private mutating func condition(_ check: ValueCheck, _ field: RequestField) -> RuleCondition {
    if check.needsAll {
      return .every(check.operations.map { item(field, $0, check.place) })
    }
    // One item for all texts: a hit on any of its patterns decides it.
    var texts: [TextPattern] = []
    var others: [RuleItem.Operation] = []
    for operation in check.operations {
      if case .text(let patterns) = operation {
        texts += patterns
      } else {
        others.append(operation)
      }
    }
    let operations = (texts.isEmpty ? [] : [.text(texts)]) + others
    return .any(operations.map { item(field, $0, check.place) })
  }

  private mutating func item(
    _ field: RequestField, _ operation: RuleItem.Operation, _ place: Place
  ) -> RuleCondition {
    items.append(RuleItem(field: field, operation: operation, place: place))
    return .item(items.count - 1)
  }
}
