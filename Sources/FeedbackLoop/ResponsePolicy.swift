package import MeshModel

/// What to do about a detection, within which limits, and how to come back.
package struct ResponsePolicy: Hashable, Sendable {
  package var name: String
  package var mode: Mode
  package var matches: [ScoreMatch]
  package var scope: PolicyScope
  /// In rising order; never empty.
  package var steps: [PolicyStep]
  package var verify: VerifyTerms
  package var revert: RevertTerms
  package var guardrails: PolicyGuardrails
  /// Nil of those that are in no file.
  package var source: PolicySource?

  package enum Mode: String, Hashable, Sendable, CaseIterable {
    /// Detections are recorded; nothing is proposed.
    case observe
    /// Everything is done as it is with `enforce`, but the proxies only say what they would have done.
    case shadow
    /// Every action waits for an operator.
    case approve
    case enforce
  }

  package init(
    name: String, mode: Mode = .enforce, matches: [ScoreMatch], scope: PolicyScope = PolicyScope(),
    steps: [PolicyStep], verify: VerifyTerms = VerifyTerms(), revert: RevertTerms,
    guardrails: PolicyGuardrails = PolicyGuardrails()
  ) {
    self.name = name
    self.mode = mode
    self.matches = matches
    self.scope = scope
    self.steps = steps
    self.verify = verify
    self.revert = revert
    self.guardrails = guardrails
  }

  package func matches(_ detection: Detection) -> Bool {
    scope.covers(detection.subject)
      && matches.contains { $0.fits(detection) }
  }

  /// The lowest score that matches `detector`.
  func threshold(for detector: Detector) -> Double {
    matches.filter { $0.detector == detector }.map(\.above).min() ?? 1
  }
}

extension [ResponsePolicy] {
  /// The lowest score of each detector that any of the policies matches.
  package var thresholds: [Detector: Double] {
    var thresholds: [Detector: Double] = [:]
    for match in flatMap(\.matches) {
      thresholds[match.detector] = Swift.min(thresholds[match.detector] ?? 1, match.above)
    }
    return thresholds
  }
}

package struct ScoreMatch: Hashable, Sendable {
  package var detector: Detector
  package var above: Double
  /// Of rules: which of them; nil for all.
  package var rules: RuleTerms?
  /// Of alerts: which of them; nil for all.
  package var alerts: AlertTerms?
  /// Of indicators: which of them; nil for all.
  package var indicators: IndicatorTerms?

  package init(
    detector: Detector, above: Double, rules: RuleTerms? = nil, alerts: AlertTerms? = nil,
    indicators: IndicatorTerms? = nil
  ) {
    self.detector = detector
    self.above = above
    self.rules = rules
    self.alerts = alerts
    self.indicators = indicators
  }

  func fits(_ detection: Detection) -> Bool {
    detection.detector == detector && detection.score >= above
      && rules.map { terms in detection.rule.map(terms.fit) ?? false } ?? true
      && indicators.map { terms in detection.indicator.map(terms.fit) ?? false } ?? true
      && alerts.map { terms in detection.alert.map(terms.fit) ?? false } ?? true
  }
}

/// Picks alerts by what is given; all of it has to fit.
package struct AlertTerms: Hashable, Sendable {
  /// The alert's name at its sender.
  package var name: String?
  /// A configured sender, which has to be the one whose alert it is.
  package var sender: String?

  package init(name: String? = nil, sender: String? = nil) {
    self.name = name
    self.sender = sender
  }

  func fit(_ found: MatchedAlert) -> Bool {
    (name.map { $0 == found.name } ?? true) && (sender.map { $0 == found.sender } ?? true)
  }
}

/// Picks rules by what is given; all of it has to fit.
package struct RuleTerms: Hashable, Sendable {
  /// A tag, such as `attack.t1110`; its parts, such as `attack.t1110.001`, have it too.
  package var tag: String?
  /// The rule's name or id.
  package var rule: String?

  package init(tag: String? = nil, rule: String? = nil) {
    self.tag = tag
    self.rule = rule
  }

  func fit(_ found: MatchedRule) -> Bool {
    if let tag, !found.tags.contains(where: { $0 == tag || $0.hasPrefix(tag + ".") }) {
      return false
    }
    if let rule, rule != found.name, rule != found.id { return false }
    return true
  }
}

package struct PolicyScope: Hashable, Sendable {
  /// Namespaces of subjects; empty covers all.
  package var namespaces: [String]
  package var never: [SPIFFEPattern]
  /// Whether clients of gateways are covered, in place of workloads; namespaces and patterns then
  /// speak of the gateway.
  package var clients: Bool

  package init(
    namespaces: [String] = [], never: [SPIFFEPattern] = [], clients: Bool = false
  ) {
    self.namespaces = namespaces
    self.never = never
    self.clients = clients
  }

  func covers(_ subject: Subject) -> Bool {
    let principal = subject.principal
    guard subject.isClient == clients, !never.contains(where: { $0.matches(principal) }) else {
      return false
    }
    guard !namespaces.isEmpty else { return true }
    return principal.namespace.map(namespaces.contains) ?? false
  }
}

package struct PolicyStep: Hashable, Sendable {
  package var stage: Stage
  /// How long this step holds before the next one, while the score stays at or above the match.
  package var holdSeconds: Int
  package var approval: Approval?
  /// What a step that needs two witnesses becomes with one.
  package var withoutWitness: WithoutWitness

  package struct Approval: Hashable, Sendable {
    /// Distinct operators who must agree.
    package var count: Int
    package var expiresSeconds: Int
    /// No approval is needed at or above this corroborated score; nil always needs it.
    package var unlessConfidence: Double?

    package init(count: Int = 1, expiresSeconds: Int, unlessConfidence: Double?) {
      self.count = count
      self.expiresSeconds = expiresSeconds
      self.unlessConfidence = unlessConfidence
    }
  }

  package enum WithoutWitness: Hashable, Sendable {
    case throttle(Rate)
    case approve
  }

  package init(
    stage: Stage, holdSeconds: Int = 60, approval: Approval? = nil,
    withoutWitness: WithoutWitness = .approve
  ) {
    self.stage = stage
    self.holdSeconds = holdSeconds
    self.approval = approval
    self.withoutWitness = withoutWitness
  }
}

package struct VerifyTerms: Hashable, Sendable {
  package var withinMilliseconds: Int64
  package var onFailure: OnFailure
  package var onHarm: OnHarm

  /// What to do when callers that did nothing fail since the action.
  package enum OnHarm: String, Hashable, Sendable, CaseIterable {
    /// A quarantine becomes a throttle; of anything less a human is told.
    case lessen
    /// Stay, escalated.
    case keep
  }

  package enum OnFailure: String, Hashable, Sendable, CaseIterable {
    case revert
    /// Stay in force until the deadline, escalated.
    case keep
  }

  package init(
    withinMilliseconds: Int64 = 5_000, onFailure: OnFailure = .revert, onHarm: OnHarm = .lessen
  ) {
    self.withinMilliseconds = withinMilliseconds
    self.onFailure = onFailure
    self.onHarm = onHarm
  }
}

package struct RevertTerms: Hashable, Sendable {
  /// From the first durable intent to the deadline inside every proxy.
  package var ttlMilliseconds: Int64
  package var scoreBelow: Double
  package var forMilliseconds: Int64
  /// The rate of the throttle between a quarantine and nothing.
  package var through: Rate

  package init(
    ttlMilliseconds: Int64, scoreBelow: Double = 0.4, forMilliseconds: Int64 = 180_000,
    through: Rate = Rate(perSecond: 20, burst: 40)
  ) {
    self.ttlMilliseconds = ttlMilliseconds
    self.scoreBelow = scoreBelow
    self.forMilliseconds = forMilliseconds
    self.through = through
  }
}

package struct PolicyGuardrails: Hashable, Sendable {
  package var maxActive: Int
  package var cooldownMilliseconds: Int64
  /// A subject that sent a larger share than this of the requests the mesh served, in the five minutes
  /// before it turned bad, is left to a human; 1 for no limit.
  package var maxTrafficShare: Double
  /// Endpoints of the subject that must stay untouched. A rule against an identity reaches all of
  /// them, so anything above 0 means that no workload is quarantined.
  package var minHealthyEndpoints: Int

  package init(
    maxActive: Int = 5, cooldownMilliseconds: Int64 = 600_000, maxTrafficShare: Double = 1,
    minHealthyEndpoints: Int = 0
  ) {
    self.maxActive = maxActive
    self.cooldownMilliseconds = cooldownMilliseconds
    self.maxTrafficShare = maxTrafficShare
    self.minHealthyEndpoints = minHealthyEndpoints
  }
}
