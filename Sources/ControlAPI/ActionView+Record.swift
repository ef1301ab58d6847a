package import ControlViews
package import FeedbackLoop
internal import MeshModel

extension ActionView {
  package init(_ action: ActionRecord, fingerprint: String?, events: [HistoryEvent]? = nil) {
    let proxies = action.proxies.sorted { $0.key < $1.key }.map { Proxy($0.key, $0.value) }
    self.init(
      id: action.id.description, subject: action.subject.description, policy: action.policy,
      state: action.state.name, stage: action.state.isBaseline ? "none" : action.measure,
      detector: action.detection.detector.rawValue, rule: action.detection.rule,
      indicator: action.detection.indicator.map { IndicatorView($0) },
      proposedAt: action.proposedAt.rfc3339, notAfter: action.notAfter.rfc3339,
      verdict: action.verdict?.text, reason: action.state.reason, fingerprint: fingerprint,
      approvedBy: action.course.approvals.map(\.by), revertedBy: action.course.revertedBy,
      relapses: action.course.relapses, comparedCalls: action.course.comparedCalls,
      proxies: proxies, events: events?.map { Event($0) })
  }
}

extension ActionView.Proxy {
  fileprivate init(_ proxy: ProxyID, _ evidence: ProxyEvidence) {
    self.init(
      proxy: proxy.description, accepted: evidence.acceptedAt?.rfc3339,
      rejected: evidence.rejected, readback: evidence.readback?.present,
      probe: evidence.probe.map { $0.isDenied ? "denied" : "let through" },
      incapacity: evidence.incapacity, firstStopped: evidence.firstStoppedAt?.rfc3339,
      served: evidence.servedAt?.rfc3339, subscribed: evidence.subscribed,
      attached: evidence.attached)
  }
}

extension ActionView.Event {
  fileprivate init(_ event: HistoryEvent) {
    self.init(
      at: event.at.rfc3339, microseconds: event.at.microseconds, event: event.event,
      detail: event.detail)
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
  var reason: String? {
    guard case .closed(let ending, _) = self else { return nil }
    switch ending {
    case .released: return nil
    case .refused(let refusal): return refusal.text
    case .failed(let text), .expired(let text): return text
    }
  }
}
