internal import MeshModel
package import Sigma
internal import Telemetry

/// What the rules say of one request, rule by rule.
package struct RuleExplanation: Hashable, Sendable {
  package struct Rule: Hashable, Sendable {
    /// Its number among the loaded rules.
    package var number: Int
    package var matches: Bool
    package var items: [Item]
  }

  package struct Item: Hashable, Sendable {
    package var holds: Bool
    package var place: Place
    /// What it asks for, and of several texts those that fit.
    package var text: String
  }

  /// Those about the side of the request that the event tells of, in their order.
  package let rules: [Rule]

  package init(
    _ event: RuleCase.Event, _ loaded: LoadedRules, with compiler: some PatternCompiler
  ) throws(PatternError) {
    let texts = event.requestTexts
    let expressions = try Self.expressions(loaded.ruleSet.rules, with: compiler)
    let source: LogSource = event.isOutbound ? .proxy : .webserver
    rules = loaded.ruleSet.numbers(for: source).map { number in
      let rule = loaded.ruleSet.rules[number]
      let match: CompiledRule.ExpressionMatch = { pattern, text in
        guard let scanner = expressions[pattern] else { return false }
        var hits = ExpressionHits(count: 1)
        let copy = Array(text)
        return scanner.scan(copy.span.bytes, into: &hits) && hits.contains(0)
      }
      let items = rule.explain(texts, expressions: match).map { result in
        let item = rule.items[result.item]
        return Item(
          holds: result.holds, place: item.place,
          text: item.wording(texts, holds: result.holds, expressions: match))
      }
      return Rule(
        number: number, matches: rule.evaluate(texts, expressions: match), items: items)
    }
  }

  /// Each expression by itself, so that it can be told which one matched.
  private static func expressions(
    _ rules: [CompiledRule], with compiler: some PatternCompiler
  ) throws(PatternError) -> [RegexPattern: any ExpressionScanner] {
    var scanners: [RegexPattern: any ExpressionScanner] = [:]
    for item in rules.flatMap(\.items) {
      guard case .text(let patterns) = item.operation else { continue }
      for case .regex(let pattern) in patterns where scanners[pattern] == nil {
        scanners[pattern] = try compiler.expressions([pattern]).scanner()
      }
    }
    return scanners
  }
}

extension RuleItem {
  /// Of several texts it shows the ones that fit, or else the first few.
  fileprivate func wording(
    _ texts: RequestTexts, holds: Bool, expressions: CompiledRule.ExpressionMatch
  ) -> String {
    guard case .text(let patterns) = operation, patterns.count > 1 else {
      return "\(field) \(operation)"
    }
    let fitting = patterns.filter { pattern in
      var one = self
      one.operation = .text([pattern])
      return one.evaluate(texts, expressions: expressions)
    }
    let shown = (fitting.isEmpty ? patterns : fitting).prefix(Self.shownPatterns)
    let rest = (fitting.isEmpty ? patterns.count : fitting.count) - shown.count
    return "\(field) " + shown.map(\.description).joined(separator: " or ")
      + (rest > 0 ? " or \(rest) more" : "")
  }

  private static let shownPatterns = 3
}
