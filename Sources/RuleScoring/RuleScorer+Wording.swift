internal import MeshModel
internal import Sigma

extension RuleScorer {
  func level(of number: Int) -> SigmaLevel {
    let count = rules.ruleSet.rules.count
    let level =
      number < count
      ? rules.ruleSet.rules[number].rule.level
      : rules.correlations.correlations[number - count].correlation.level
    return level ?? .informational
  }

  func describe(_ number: Int, matched: String) -> MatchedRule {
    let count = rules.ruleSet.rules.count
    guard number < count else {
      let found = rules.correlations.correlations[number - count].correlation
      return MatchedRule(
        id: found.id, name: found.name, title: found.title, author: found.author,
        license: found.license, references: found.references, level: level(of: number),
        tags: found.tags, matched: matched)
    }
    let rule = rules.ruleSet.rules[number].rule
    return MatchedRule(
      id: rule.id, name: rule.name, title: rule.title, author: rule.author, license: rule.license,
      references: rule.references, level: level(of: number), tags: rule.tags, matched: matched)
  }

  func detection(
    of subject: Subject, _ detector: Detector, _ record: RuleRecord, _ rule: MatchedRule
  ) -> Detection {
    Detection(
      subject: subject, detector: detector, score: rule.level.score,
      corroborated: record.witnesses.count >= 2 ? rule.level.score : 0, failures: record.matches,
      total: record.matches, onset: record.onset, at: record.last,
      destinations: record.destinations.sorted(), witnesses: record.witnesses.sorted(),
      rule: rule)
  }
}

extension LogSource {
  init(_ vantage: Vantage) {
    switch vantage {
    case .source: self = .proxy
    case .destination, .gateway: self = .webserver
    }
  }

  var other: LogSource {
    switch self {
    case .webserver: .proxy
    case .proxy: .webserver
    }
  }
}

extension CorrelationMatch {
  /// At a gateway the address names the client as well as `caller` does.
  var isGroupedByAddress: Bool {
    group.contains {
      CorrelationField(named: $0.field) == .request(.clientAddress)
    }
  }
}
