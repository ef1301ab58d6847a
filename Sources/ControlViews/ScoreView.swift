/// What speaks against one subject now, and did of late.
package struct ScoreView: Codable, Equatable, Sendable {
  /// Of one detector.
  package struct Level: Codable, Equatable, Sendable {
    package var detector: String
    /// From 0 to below 1.
    package var score: Double
    /// From which it is reported; nil where no policy asks for it.
    package var threshold: Double?

    package init(detector: String, score: Double, threshold: Double?) {
      self.detector = detector
      self.score = score
      self.threshold = threshold
    }
  }

  /// How far the reference of what is usual of it is learned.
  package struct WarmUp: Codable, Equatable, Sendable {
    /// Whether only the quarantine level and the guards act on it yet.
    package var isCold: Bool
    /// Times that a reference was frozen; the second makes it whole.
    package var version: Int
    package var learnedMinutes: Int
    package var learnedRequests: Int

    package init(isCold: Bool, version: Int, learnedMinutes: Int, learnedRequests: Int) {
      self.isCold = isCold
      self.version = version
      self.learnedMinutes = learnedMinutes
      self.learnedRequests = learnedRequests
    }
  }

  package struct Point: Codable, Equatable, Sendable {
    /// Microseconds since 1970.
    package var microseconds: Int64
    package var score: Double

    package init(microseconds: Int64, score: Double) {
      self.microseconds = microseconds
      self.score = score
    }
  }

  package var subject: String
  package var namespace: String?
  /// The highest of its levels.
  package var score: Double
  package var levels: [Level]
  /// Nil where nothing is learned of it.
  package var warmUp: WarmUp?
  /// What contributes to the anomaly level, strongest first.
  package var evidence: [AlertView.Evidence]
  /// Oldest first, at most the last ten minutes.
  package var series: [Point]
  /// Open actions against it.
  package var measures: [ServiceView.Measure]

  package init(
    subject: String, namespace: String?, score: Double, levels: [Level], warmUp: WarmUp?,
    evidence: [AlertView.Evidence], series: [Point], measures: [ServiceView.Measure]
  ) {
    self.subject = subject
    self.namespace = namespace
    self.score = score
    self.levels = levels
    self.warmUp = warmUp
    self.evidence = evidence
    self.series = series
    self.measures = measures
  }
}
