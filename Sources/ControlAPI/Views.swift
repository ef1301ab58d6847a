internal import Actuators
internal import FeedbackLoop
internal import LoopRuntime
package import MeshModel

/// One action as the API shows it. Times are RFC 3339 in UTC.
package struct ActionView: Codable, Sendable {
  package struct Proxy: Codable, Sendable {
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
  }

  package struct Event: Codable, Sendable {
    package var at: String
    /// Microseconds since 1970.
    package var microseconds: Int64
    package var event: String
    package var detail: String
  }

  package var id: String
  package var subject: String
  package var policy: String
  package var state: String
  package var stage: String
  package var detector: String
  /// Of a Sigma rule: which, by whom, and what it matched.
  package var rule: MatchedRule?
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

  init(_ action: ActionRecord, fingerprint: String?, events: [HistoryEvent]? = nil) {
    id = action.id.description
    subject = action.subject.description
    policy = action.policy
    state = action.state.name
    stage = action.state.isBaseline ? "none" : action.measure
    detector = action.detection.detector.rawValue
    rule = action.detection.rule
    proposedAt = action.proposedAt.rfc3339
    notAfter = action.notAfter.rfc3339
    verdict = action.verdict?.text
    reason = action.state.reason
    self.fingerprint = fingerprint
    approvedBy = action.course.approvals.map(\.by)
    revertedBy = action.course.revertedBy
    relapses = action.course.relapses
    comparedCalls = action.course.comparedCalls
    proxies = action.proxies.sorted { $0.key < $1.key }.map { proxy, evidence in
      Proxy(
        proxy: proxy.description, accepted: evidence.acceptedAt?.rfc3339,
        rejected: evidence.rejected, readback: evidence.readback?.present,
        probe: evidence.probe.map { $0.isDenied ? "denied" : "let through" },
        incapacity: evidence.incapacity,
        firstStopped: evidence.firstStoppedAt?.rfc3339, served: evidence.servedAt?.rfc3339,
        subscribed: evidence.subscribed, attached: evidence.attached)
    }
    self.events = events?.map {
      Event(
        at: $0.at.rfc3339, microseconds: $0.at.microseconds, event: $0.event, detail: $0.detail)
    }
  }
}

extension ActionState {
  /// Whether it was in force and is no more.
  fileprivate var isBaseline: Bool {
    switch self {
    case .closed(.released, _), .closed(.failed, _), .closed(.expired, _): true
    case .closed(.refused, _), .awaitingApproval, .recording, .applying, .verifying, .holding,
      .releasing, .verifyingRelease:
      false
    }
  }

  /// Why it ended without effect; nil for any other state.
  fileprivate var reason: String? {
    guard case .closed(let ending, _) = self else { return nil }
    switch ending {
    case .released: return nil
    case .refused(let refusal): return refusal.text
    case .failed(let text), .expired(let text): return text
    }
  }
}

/// One proxy as the API shows it.
package struct NodeView: Codable, Sendable {
  package var node: String
  package var principal: String
  package var attached: Bool
  package var reporting: Bool
  package var gateway: Bool
  /// Open access log streams.
  package var logStreams: Int
  /// Entries of its access log it dropped since it started, where that can be read.
  package var dropped: UInt64?
  /// Whether it dropped some a short while ago.
  package var lossy: Bool
  /// Of Envoy, by its own word; nil while it is not attached.
  package var version: String?
  /// What it cannot enforce although it takes the filter for it, each with the reason.
  package var incapacities: [String: String]
  /// For each subscribed filter: pending, accepted, or rejected with the reason.
  package var filters: [String: String]

  init(
    _ proxy: ProxyID, _ standing: ProxyStanding, isGateway: Bool, at now: Timestamp
  ) {
    node = proxy.node
    principal = proxy.principal.description
    attached = standing.isAttached
    reporting = standing.isReporting
    gateway = isGateway
    logStreams = standing.logStreams
    dropped = standing.dropped
    lossy = standing.lossyUntil.map { now < $0 } ?? false
    version = standing.report?.build?.version.description
    incapacities = standing.report?.incapacities ?? [:]
    filters = [:]
    for (filter, status) in standing.report?.filters ?? [:] {
      filters[filter.rawValue] =
        switch status {
        case .pending: "pending"
        case .accepted: "accepted"
        case .rejected(let text): "rejected: \(text)"
        }
    }
  }
}

package struct StatusView: Codable, Sendable {
  package var schemaVersion: Int
  package var paused: Bool
  package var unsafe: String?
  package var historyWritable: Bool
  package var openActions: Int
  package var policies: [String]
  package var load: String
  /// Its clock, in microseconds since 1970.
  package var microseconds: Int64
  package var daemon: DaemonView
  /// Nil where the loop does not test itself.
  package var selfTest: SelfTestView?
  /// Whether somebody bears an identity that is kept for the self-test.
  package var impersonated: Bool

  init(_ snapshot: LoopSnapshot, _ daemon: DaemonView) {
    schemaVersion = 1
    paused = snapshot.isPaused
    unsafe = snapshot.unsafe
    historyWritable = snapshot.isHistoryWritable
    openActions = snapshot.openActions.count { !$0.isSelfTest }
    policies = snapshot.policies
    load = snapshot.load.rawValue
    microseconds = snapshot.at.microseconds
    self.daemon = daemon
    selfTest = snapshot.selfTest.map { SelfTestView($0) }
    impersonated = snapshot.isImpersonated
  }
}

/// The process, and what it holds on its machine.
package struct DaemonView: Codable, Sendable {
  package var processID: Int32
  package var history: String
  /// Addresses it listens on.
  package var listens: [String]

  package init(processID: Int32, history: String, listens: [String]) {
    self.processID = processID
    self.history = history
    self.listens = listens
  }
}

package struct ActionList: Codable, Sendable {
  package var schemaVersion = 1
  package var actions: [ActionView]
}

package struct NodeList: Codable, Sendable {
  package var schemaVersion = 1
  package var nodes: [NodeView]
}

package struct ErrorView: Codable, Sendable {
  package var error: String
}
