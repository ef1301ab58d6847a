internal import ControlViews
internal import FeedbackLoop
internal import MeshModel

extension AlertView {
  init(_ action: ActionRecord) {
    let detection = action.detection
    self.init(
      id: action.id.description, at: detection.at.rfc3339, microseconds: detection.at.microseconds,
      onset: detection.onset.rfc3339, subject: action.subject.description,
      detector: detection.detector.rawValue, found: detection.reason, rule: detection.rule,
      indicator: detection.indicator.map { IndicatorView($0) }, policy: action.policy,
      score: detection.score, corroborated: detection.corroborated, failures: detection.failures,
      total: detection.total, destinations: detection.destinations.map(\.description),
      witnesses: detection.witnesses.map(\.description),
      evidence: (detection.evidence ?? []).map { Evidence($0) },
      intervalSeconds: detection.intervalSeconds, trafficShare: detection.trafficShare,
      measure: action.measure, state: action.state.name, reason: action.state.reason)
  }
}

extension AlertView.Evidence {
  init(_ evidence: FeatureEvidence) {
    self.init(
      feature: evidence.feature.rawValue, shown: evidence.shown, total: evidence.total,
      allowed: evidence.allowed, seconds: evidence.seconds)
  }
}
