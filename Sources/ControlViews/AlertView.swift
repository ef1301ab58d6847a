package import MeshModel

/// A detection that a policy matched, as the history has it, and what became of it. Times are
/// RFC 3339 in UTC.
package struct AlertView: Codable, Equatable, Sendable {
  /// What a feature tells against the subject.
  package struct Evidence: Codable, Equatable, Sendable {
    package var feature: String
    /// Seconds (or minutes) that showed it, of so many.
    package var shown: Int
    package var total: Int
    /// The share that the reference allows, 0 to 1.
    package var allowed: Double
    /// While the reference holds, so much shows once in at least this many active seconds.
    package var seconds: Double

    package init(feature: String, shown: Int, total: Int, allowed: Double, seconds: Double) {
      self.feature = feature
      self.shown = shown
      self.total = total
      self.allowed = allowed
      self.seconds = seconds
    }
  }

  /// Of the action that it led to, or that was refused.
  package var id: String
  package var at: String
  /// Microseconds since 1970.
  package var microseconds: Int64
  package var onset: String
  package var subject: String
  package var detector: String
  /// In words, with the figures.
  package var found: String
  package var rule: MatchedRule?
  /// Of an indicator: which, and of what feed.
  package var indicator: IndicatorView?
  package var policy: String
  /// From all reporters together, and from what two saw alike; 0 to below 1.
  package var score: Double
  package var corroborated: Double
  package var failures: Int
  package var total: Int
  package var destinations: [String]
  package var witnesses: [String]
  /// Strongest first; empty for a guard and a rule.
  package var evidence: [Evidence]
  package var intervalSeconds: Int?
  /// Of the mesh's requests before its onset, 0 to 1; nil when unknown.
  package var trafficShare: Double?
  /// What the policy answers it with.
  package var measure: String
  /// Of the action; refused for what was only observed.
  package var state: String
  package var reason: String?

  package init(
    id: String, at: String, microseconds: Int64, onset: String, subject: String, detector: String,
    found: String, rule: MatchedRule?, indicator: IndicatorView?, policy: String, score: Double,
    corroborated: Double,
    failures: Int,
    total: Int, destinations: [String], witnesses: [String], evidence: [Evidence],
    intervalSeconds: Int?, trafficShare: Double?, measure: String, state: String, reason: String?
  ) {
    self.id = id
    self.at = at
    self.microseconds = microseconds
    self.onset = onset
    self.subject = subject
    self.detector = detector
    self.found = found
    self.rule = rule
    self.indicator = indicator
    self.policy = policy
    self.score = score
    self.corroborated = corroborated
    self.failures = failures
    self.total = total
    self.destinations = destinations
    self.witnesses = witnesses
    self.evidence = evidence
    self.intervalSeconds = intervalSeconds
    self.trafficShare = trafficShare
    self.measure = measure
    self.state = state
    self.reason = reason
  }
}
