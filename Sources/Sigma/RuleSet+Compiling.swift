package import YAMLNodes
internal import Yams

extension RuleSet {
  /// Parses and compiles every file; throws every mistake of all of them, or none.
  package static func compile(_ files: [RuleFile]) throws(Diagnostics) -> RuleSet {
    var rules: [CompiledRule] = []
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
        case .correlation(let node):
          mistakes.append(
            Diagnostic(
              file: file.name, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0,
              message: "correlations are not supported"))
        }
      }
    }
    mistakes += duplicates(rules) + excess(rules)
    guard mistakes.isEmpty else { throw Diagnostics(mistakes) }
    return RuleSet(rules: rules)
  }

  /// Ids and names share one space, for correlations call rules by either.
  private static func duplicates(_ rules: [CompiledRule]) -> [Diagnostic] {
    var places: [String: Place] = [:]
    var mistakes: [Diagnostic] = []
    for rule in rules.map(\.rule) {
      for word in [rule.id, rule.name].compactMap(\.self) {
        if let first = places[word] {
          mistakes.append(
            rule.place.mistake(
              "another rule is called '\(word)' too: \(first.file):\(first.line)"))
        } else {
          places[word] = rule.place
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
