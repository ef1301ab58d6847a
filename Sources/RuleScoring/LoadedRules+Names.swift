package import MeshModel
package import Sigma

/// Rules come first, then correlations; a number is a position among them.
extension LoadedRules {
  /// What a rule or correlation is called: by its name, or else its id.
  package func name(of number: Int) -> String {
    let about = describe(number, matched: "")
    return about.name ?? about.id
  }

  /// Nil for a correlation.
  package func source(of number: Int) -> LogSource? {
    number < ruleSet.rules.count ? ruleSet.rules[number].rule.logSource : nil
  }

  package func place(of number: Int) -> Place {
    correlation(number)?.place ?? ruleSet.rules[number].rule.place
  }

  /// Nil where its author states none.
  package func statedLevel(of number: Int) -> SigmaLevel? {
    guard let correlation = correlation(number) else { return ruleSet.rules[number].rule.level }
    return correlation.level
  }

  func level(of number: Int) -> SigmaLevel { statedLevel(of: number) ?? .informational }

  /// Which of a subject's rules goes when there are too many; those that only correlations hear of
  /// go first.
  func weight(of number: Int) -> Double {
    correlations.hiddenRules.contains(number) ? 0 : level(of: number).score
  }

  /// The place of each among all, the weightiest first.
  var ranks: [Int] {
    var ranks = Array(repeating: 0, count: count)
    let order = (0..<count).sorted { (weight(of: $1), $0) < (weight(of: $0), $1) }
    for (rank, number) in order.enumerated() { ranks[number] = rank }
    return ranks
  }

  /// The names of the rules and correlations of a file that are reported on their own.
  package func names(in file: String) -> [String] {
    (0..<count).filter { place(of: $0).file == file && isReported($0) }.map { name(of: $0) }
  }

  package func describe(_ number: Int, matched: String) -> MatchedRule {
    if let found = correlation(number) {
      return MatchedRule(
        id: found.id, name: found.name, title: found.title, author: found.author,
        license: found.license, references: found.references, level: level(of: number),
        tags: found.tags, matched: matched)
    }
    let rule = ruleSet.rules[number].rule
    return MatchedRule(
      id: rule.id, name: rule.name, title: rule.title, author: rule.author, license: rule.license,
      references: rule.references, level: level(of: number), tags: rule.tags, matched: matched)
  }

  private func isReported(_ number: Int) -> Bool {
    let count = ruleSet.rules.count
    return number < count
      ? !correlations.hiddenRules.contains(number)
      : correlations.correlations[number - count].isReported
  }

  private func correlation(_ number: Int) -> SigmaCorrelation? {
    let count = ruleSet.rules.count
    return number < count ? nil : correlations.correlations[number - count].correlation
  }
}
