internal import YAMLNodes
internal import Yams

extension YAMLReader {
  struct CorrelationConditionParts {
    var tests: CorrelationCondition
    var field: SigmaCorrelation.Word?
    var percentile: Int?
  }

  /// The condition of a correlation; of temporal ones without one, that all its rules match.
  mutating func correlationCondition(
    _ node: Node?, _ type: CorrelationType?, rules: Int, of body: Node
  ) -> CorrelationConditionParts? {
    guard let type else { return nil }
    guard let node else {
      guard type == .temporal || type == .temporalOrdered else {
        fail("\(type.rawValue) needs 'condition'", at: body)
        return nil
      }
      return CorrelationConditionParts(
        tests: CorrelationCondition([.init(.greaterOrEqual, Double(rules))]))
    }
    if node.scalar != nil {
      fail(
        "a condition in words is not supported: write 'gte' and how many of the rules must match,"
          + " or build it of several correlations", at: node)
      return nil
    }
    let comparisons = CorrelationCondition.Comparison.allCases.map(\.rawValue)
    let parts = fields(
      of: node, "condition", required: type.readsField ? ["field"] : [],
      optional: comparisons + (type == .valuePercentile ? ["percentile"] : []))
    let before = diagnostics.count
    var tests: [CorrelationCondition.Test] = []
    for comparison in CorrelationCondition.Comparison.allCases {
      guard let number = parts[comparison.rawValue] else { continue }
      guard let value = correlationNumber(number, comparison.rawValue) else { continue }
      tests.append(.init(comparison, value))
    }
    if tests.isEmpty, diagnostics.count == before {
      fail("condition needs one of \(comparisons.joined(separator: ", "))", at: node)
    }
    let percentile = integer(parts["percentile"], "percentile", in: 0...100)
    if type == .valuePercentile, parts["percentile"] == nil {
      fail("value_percentile needs 'percentile' in its condition, such as percentile: 95", at: node)
    }
    let condition = CorrelationCondition(tests)
    if !tests.isEmpty { check(condition, type, rules: rules, at: node) }
    return CorrelationConditionParts(
      tests: condition, field: fieldName(parts["field"]),
      percentile: percentile)
  }

  private mutating func fieldName(_ node: Node?) -> SigmaCorrelation.Word? {
    guard let node else { return nil }
    let name = word(node)
    if name == nil { fail("field must be the name of one field", at: node) }
    return name
  }

  private mutating func correlationNumber(_ node: Node, _ what: String) -> Double? {
    guard let text = node.scalar?.string, text.utf8.count <= 32,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }),
      let number = Double(text), number.isFinite
    else {
      fail("\(what) must be a number", at: node)
      return nil
    }
    return number
  }

  /// A window holds at least the event it ends at, so what only an empty window meets never comes
  /// true.
  private mutating func check(
    _ condition: CorrelationCondition, _ type: CorrelationType, rules: Int, at node: Node
  ) {
    switch type {
    case .valueSum, .valueAverage, .valuePercentile: return
    case .eventCount, .valueCount, .temporal, .temporalOrdered: break
    }
    guard condition.greatestNumber <= Double(CorrelationBounds.threshold) else {
      fail("condition must not ask for more than \(CorrelationBounds.threshold)", at: node)
      return
    }
    let isTemporal = type == .temporal || type == .temporalOrdered
    let greatest = isTemporal ? max(1, rules) : CorrelationBounds.threshold + 1
    guard let smallest = condition.smallestCount(upTo: greatest) else {
      fail(
        isTemporal
          ? "condition is never met: between 1 and \(greatest) of the rules match in a window"
          : "condition is never met: a window ends at an event, so it never counts 0; that"
            + " something did not happen cannot be seen", at: node)
      return
    }
    if type == .temporalOrdered,
      !(smallest...greatest).allSatisfy({ condition.isMet(by: Double($0)) })
    {
      fail(
        "temporal_ordered can only ask for at least so many rules in order: use gte", at: node)
    }
  }
}
