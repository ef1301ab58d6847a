internal import Anomaly
internal import ControlViews
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel

extension ScoreView {
  init(
    _ standing: SubjectStanding, _ series: [Survey.Point], _ thresholds: [Detector: Double],
    _ snapshot: LoopSnapshot
  ) {
    self.init(
      subject: standing.subject.description, namespace: standing.subject.principal.namespace,
      score: standing.score,
      levels: standing.levels.sorted { $0.key.rawValue < $1.key.rawValue }.map {
        Level(detector: $0.key.rawValue, score: $0.value, threshold: thresholds[$0.key])
      },
      warmUp: standing.warmUp.map {
        WarmUp(
          isCold: $0.isCold, version: $0.version, learnedMinutes: $0.minutes,
          learnedRequests: $0.requests)
      },
      evidence: standing.evidence.map { AlertView.Evidence($0) },
      series: series.map { Point(microseconds: $0.at.microseconds, score: $0.score) },
      measures: snapshot.measures { $0 == standing.subject })
  }
}
