internal import Sigma

extension LoadedRules {
  /// What a rule or correlation is called: by its name, or else its id.
  package func name(of number: Int) -> String {
    let count = ruleSet.rules.count
    guard number < count else {
      let found = correlations.correlations[number - count].correlation
      return found.name ?? found.id
    }
    let rule = ruleSet.rules[number].rule
    return rule.name ?? rule.id
  }

  /// The names of the rules and correlations of a file that are reported on their own.
  package func names(in file: String) -> [String] {
    let count = ruleSet.rules.count
    return (0..<self.count).filter { number in
      number < count
        ? ruleSet.rules[number].rule.place.file == file
          && !correlations.hiddenRules.contains(number)
        : correlations.correlations[number - count].correlation.place.file == file
          && correlations.correlations[number - count].isReported
    }.map { name(of: $0) }
  }
}
