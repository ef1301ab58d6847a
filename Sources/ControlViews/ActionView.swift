package import MeshModel

/// One action as the API shows it. Times are RFC 3339 in UTC.
package struct ActionView: Codable, Equatable, Sendable {
  package struct Proxy: Codable, Equatable, Sendable {
    package var proxy: String
    package var accepted: String?
    package var rejected: String?
    package var readback: Bool?
    /// What became of the controller's own probe: denied, or let through.
    package var probe: String?
    /// Why it cannot enforce the action, as far as it told.
    package var incapacity: String?
    package var firstStopped: String?
    package var served: String?
    package var subscribed: Bool
    package var attached: Bool

    package init(
      proxy: String, accepted: String?, rejected: String?, readback: Bool?, probe: String?,
      incapacity: String?, firstStopped: String?, served: String?, subscribed: Bool, attached: Bool
    ) {
      self.proxy = proxy
      self.accepted = accepted
      self.rejected = rejected
      self.readback = readback
      self.probe = probe
      self.incapacity = incapacity
      self.firstStopped = firstStopped
      self.served = served
      self.subscribed = subscribed
      self.attached = attached
    }
  }

  package struct Event: Codable, Equatable, Sendable {
    package var at: String
    /// Microseconds since 1970.
    package var microseconds: Int64
    package var event: String
    package var detail: String

    package init(at: String, microseconds: Int64, event: String, detail: String) {
      self.at = at
      self.microseconds = microseconds
      self.event = event
      self.detail = detail
    }
  }

  package var id: String
  package var subject: String
  package var policy: String
  package var state: String
  package var stage: String
  package var detector: String
  /// Of a Sigma rule: which, by whom, and what it matched.
  package var rule: MatchedRule?
  /// Of an indicator: which, and of what feed.
  package var indicator: IndicatorView?
  package var proposedAt: String
  package var notAfter: String
  package var verdict: String?
  package var reason: String?
  /// What an approval has to name; nil unless it waits for one.
  package var fingerprint: String?
  package var approvedBy: [String]
  package var revertedBy: String?
  /// How often its subject had been let go and turned bad again.
  package var relapses: Int
  /// Calls of others that were compared with what they were before it.
  package var comparedCalls: Int
  package var proxies: [Proxy]
  package var events: [Event]?

  package init(
    id: String, subject: String, policy: String, state: String, stage: String, detector: String,
    rule: MatchedRule?, indicator: IndicatorView?, proposedAt: String, notAfter: String,
    verdict: String?, reason: String?,
    fingerprint: String?, approvedBy: [String], revertedBy: String?, relapses: Int,
    comparedCalls: Int, proxies: [Proxy], events: [Event]?
  ) {
    self.id = id
    self.subject = subject
    self.policy = policy
    self.state = state
    self.stage = stage
    self.detector = detector
    self.rule = rule
    self.indicator = indicator
    self.proposedAt = proposedAt
    self.notAfter = notAfter
    self.verdict = verdict
    self.reason = reason
    self.fingerprint = fingerprint
    self.approvedBy = approvedBy
    self.revertedBy = revertedBy
    self.relapses = relapses
    self.comparedCalls = comparedCalls
    self.proxies = proxies
    self.events = events
  }
}
