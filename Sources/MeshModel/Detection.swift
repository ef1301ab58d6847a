/// A subject whose score crossed a threshold, with what led to it.
package struct Detection: Hashable, Sendable, Codable {
  package var subject: Subject
  package var detector: Detector
  /// From all reporters together, 0 to below 1.
  package var score: Double
  /// From what two distinct reporters saw alike, 0 to below 1; never above `score`.
  package var corroborated: Double
  /// Failures counted in the window.
  package var failures: Int
  /// Trials (random walk) or requests (auth failures) counted in the window.
  package var total: Int
  /// Start of the first failure in the window.
  package var onset: Timestamp
  /// When the deciding record was scored.
  package var at: Timestamp
  /// Destinations of the failures, sorted, at most `Detection.maximumDestinations`.
  package var destinations: [Destination]
  /// Identities whose proxies reported the failures, sorted.
  package var witnesses: [SPIFFEID]

  /// The features that tell most against the reference, strongest first; empty for a guard.
  package var evidence: [FeatureEvidence]?
  /// Of calls at even intervals: the usual interval.
  package var intervalSeconds: Int?
  /// Of a rule: which, and what it matched.
  package var rule: MatchedRule?
  /// Of an indicator: which, and of what feed.
  package var indicator: MatchedIndicator?
  /// Of an alert: which, and who reports it.
  package var alert: MatchedAlert?
  /// The subject's share of the requests that the called side served in the five minutes before the
  /// onset; nil when nothing is known of them.
  package var trafficShare: Double?

  package static let maximumDestinations = 8

  package init(
    subject: Subject, detector: Detector, score: Double, corroborated: Double, failures: Int,
    total: Int, onset: Timestamp, at: Timestamp, destinations: [Destination],
    witnesses: [SPIFFEID], evidence: [FeatureEvidence]? = nil, intervalSeconds: Int? = nil,
    rule: MatchedRule? = nil, alert: MatchedAlert? = nil, indicator: MatchedIndicator? = nil
  ) {
    self.subject = subject
    self.detector = detector
    self.score = score
    self.corroborated = corroborated
    self.failures = failures
    self.total = total
    self.onset = onset
    self.at = at
    self.destinations = destinations
    self.witnesses = witnesses
    self.evidence = evidence
    self.intervalSeconds = intervalSeconds
    self.rule = rule
    self.indicator = indicator
    self.alert = alert
  }
}

package enum Detector: String, Hashable, Sendable, Codable, CaseIterable {
  case lateralMovement = "lateral-movement"
  case authFailures = "auth-failures"
  /// An entity departs from its reference.
  case anomaly
  /// A caller calls a destination that is new for it at even intervals.
  case beaconing
  /// A destination has an unusual number of requests in a minute; it is the subject itself. Of these,
  /// `failures` are that minute's requests and `total` the usual number.
  case serviceTraffic = "service-traffic"
  /// A Sigma rule or correlation. `failures` are its matches.
  case rule
  /// A correlation whose events have several callers; the subject is the service they called.
  case ruleOfMany = "rule-of-many"
  /// A request met what a feed says is an attacker's. `failures` are such requests.
  case indicator
  /// Another system's alert about the subject. `failures` are the signals that fire; nothing in the
  /// mesh witnesses it, and what two senders report alike is corroborated.
  case alert
  /// No detector: an operator asked for the action.
  case order

  /// Whether a detection tells against its subject, so that an action may answer it. What does not
  /// blame is only ever observed: no policy and no operator can make it act.
  package var blames: Bool {
    switch self {
    case .lateralMovement, .authFailures, .anomaly, .rule, .indicator, .alert, .order: true
    case .beaconing, .serviceTraffic, .ruleOfMany: false
    }
  }
}
