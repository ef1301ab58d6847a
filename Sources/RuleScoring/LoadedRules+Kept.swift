internal import Sigma

extension LoadedRules {
  /// What another set's rules and correlations are in this one, by their positions: those alone that
  /// are called the same and ask for the same.
  func positions(of old: LoadedRules) -> [Int: Int] {
    var known: [RuleContent: Int] = [:]
    for number in ruleSet.rules.indices { known[RuleContent(self, number)] = number }
    var positions: [Int: Int] = [:]
    for number in old.ruleSet.rules.indices {
      positions[number] = known[RuleContent(old, number)]
    }
    let (count, oldCount) = (ruleSet.rules.count, old.ruleSet.rules.count)
    // Each comes after those it counts.
    for (index, correlation) in old.correlations.correlations.enumerated() {
      let name = old.name(of: oldCount + index)
      let same = correlations.correlations.indices.first { candidate in
        self.name(of: count + candidate) == name
          && isSame(correlations.correlations[candidate], correlation, old, positions)
      }
      if let same { positions[oldCount + index] = count + same }
    }
    return positions
  }

  private func isSame(
    _ own: CompiledCorrelation, _ other: CompiledCorrelation, _ old: LoadedRules,
    _ positions: [Int: Int]
  ) -> Bool {
    guard own.window == other.window, own.slots.count == other.slots.count else { return false }
    let (count, oldCount) = (ruleSet.rules.count, old.ruleSet.rules.count)
    return zip(own.slots, other.slots).allSatisfy { own, other in
      let source =
        switch other.source {
        case .rule(let number): positions[number]
        case .correlation(let number): positions[oldCount + number]
        }
      let ownSource =
        switch own.source {
        case .rule(let number): number
        case .correlation(let number): count + number
        }
      return source == ownSource
        && own.group.map { correlations.fields[$0] }
          == other.group.map { old.correlations.fields[$0] }
        && own.value.map { correlations.fields[$0] }
          == other.value.map { old.correlations.fields[$0] }
    }
  }
}

/// What makes a rule the same, wherever it stands.
private struct RuleContent: Hashable {
  let name: String
  let source: LogSource
  let fields: [RequestField]
  let operations: [RuleItem.Operation]
  let condition: RuleCondition

  init(_ rules: LoadedRules, _ number: Int) {
    let compiled = rules.ruleSet.rules[number]
    name = rules.name(of: number)
    source = compiled.rule.logSource
    fields = compiled.items.map(\.field)
    operations = compiled.items.map(\.operation)
    condition = compiled.condition
  }
}
