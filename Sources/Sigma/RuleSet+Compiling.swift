package import YAMLNodes

extension RuleSet {
  /// Parses and compiles every file; throws every mistake of all of them, or none.
  package static func compile(_ files: [RuleFile]) throws(Diagnostics) -> RuleSet {
    var rules: [CompiledRule] = []
    var correlations: [SigmaCorrelation] = []
    var mistakes: [Diagnostic] = []
    for file in files {
      let (documents, found) = file.parse()
      mistakes += found
      for document in documents {
        switch document {
        case .rule(let rule):
          do {
            rules.append(try CompiledRule.compile(rule))
          } catch {
            mistakes += error.all
          }
        case .correlation(let correlation): correlations.append(correlation)
        }
      }
    }
    mistakes += duplicates(rules, correlations) + excess(rules)
    // Rules that are left out for their mistakes would be missed by the correlations that name them.
    guard mistakes.isEmpty else { throw Diagnostics(mistakes) }
    return RuleSet(
      rules: rules,
      correlations: try CorrelationPlan(correlations, rules: rules.map(\.rule)))
  }

  /// Ids and names share one space, for correlations call rules by either.
  private static func duplicates(
    _ rules: [CompiledRule], _ correlations: [SigmaCorrelation]
  ) -> [Diagnostic] {
    var places: [String: Place] = [:]
    var mistakes: [Diagnostic] = []
    let called =
      rules.map { ($0.rule.place, [$0.rule.id, $0.rule.name]) }
      + correlations.map { ($0.place, [$0.id, $0.name]) }
    for (place, words) in called {
      for word in words.compactMap(\.self) {
        if let first = places[word] {
          mistakes.append(
            place.mistake("another rule is called '\(word)' too: \(first.file):\(first.line)"))
        } else {
          places[word] = place
        }
      }
    }
    return mistakes
  }

  private static func excess(_ rules: [CompiledRule]) -> [Diagnostic] {
    var mistakes: [Diagnostic] = []
    if rules.count > SigmaLimits.rules {
      mistakes.append(
        rules[SigmaLimits.rules].rule.place.mistake(
          "more than \(SigmaLimits.rules) rules in a set"))
    }
    var patterns = 0
    for rule in rules {
      patterns += rule.patternCount
      if patterns > SigmaLimits.patterns {
        mistakes.append(
          rule.rule.place.mistake("more than \(SigmaLimits.patterns) patterns in a set"))
        break
      }
    }
    return mistakes
  }
}
