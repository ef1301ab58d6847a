internal import MeshModel
internal import Sigma

extension RuleScorer {
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
