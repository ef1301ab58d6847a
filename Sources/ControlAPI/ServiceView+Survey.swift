internal import Anomaly
internal import ControlViews
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel

extension ServiceView {
  init(_ identity: SPIFFEID, _ survey: Survey, _ snapshot: LoopSnapshot) {
    let own = snapshot.proxies.filter { $0.key.principal == identity }.map(\.value)
    let callers = Self.busiest(survey.callers[identity] ?? [])
    let callees = Self.busiest(survey.callees[identity] ?? [])
    let sum = (survey.callers[identity] ?? []).reduce(into: CallSum()) { $0.add($1) }
    let inbound = survey.inbound[identity]
    self.init(
      identity: identity.description, namespace: identity.namespace,
      gateway: snapshot.gateways.contains(identity), proxies: own.count,
      attached: own.count(where: \.isAttached), reporting: own.count(where: \.isReporting),
      requestsPerSecond: Double(sum.sent) / survey.seconds, failedShare: sum.failedShare,
      deniedShare: sum.deniedShare, mtlsShare: inbound.map { 1 - $0.failedShare },
      callers: callers.map { Call($0, of: $0.caller, survey.seconds) },
      callersLeftOut: (survey.callers[identity]?.count ?? 0) - callers.count,
      callees: callees.map { Call($0, of: $0.destination, survey.seconds) },
      calleesLeftOut: (survey.callees[identity]?.count ?? 0) - callees.count,
      measures: snapshot.measures { $0.principal == identity })
  }

  static func busiest(_ calls: [CallStanding]) -> ArraySlice<CallStanding> {
    calls.sorted {
      ($1.sent, $0.caller, $0.destination) < ($0.sent, $1.caller, $1.destination)
    }.prefix(maximumCalls)
  }

  /// Of each direction; as many as can be drawn.
  private static let maximumCalls = 64
}

extension ServiceView.Call {
  init(_ call: CallStanding, of peer: SPIFFEID, _ seconds: Double) {
    var sum = CallSum()
    sum.add(call)
    self.init(
      peer: peer.description, requestsPerSecond: Double(sum.sent) / seconds,
      failedShare: sum.failedShare, deniedShare: sum.deniedShare)
  }
}

extension LoopSnapshot {
  /// Open actions against whom it names.
  func measures(_ isMeant: (Subject) -> Bool) -> [ServiceView.Measure] {
    openActions.filter { isMeant($0.subject) && !$0.isSelfTest }.map {
      ServiceView.Measure(
        action: $0.id.description, stage: $0.measure, state: $0.state.name)
    }
  }
}

/// Requests of one or more calls.
private struct CallSum {
  var sent: UInt64 = 0
  private var answered: UInt64 = 0
  private var failed: UInt64 = 0
  private var denied: UInt64 = 0

  mutating func add(_ call: CallStanding) {
    sent += UInt64(call.sent)
    answered += UInt64(call.requests.total)
    failed += UInt64(call.requests.failed)
    denied += UInt64(call.denied.total)
  }

  var failedShare: Double { answered == 0 ? 0 : Double(failed) / Double(answered) }
  /// The two sides count in their own minutes.
  var deniedShare: Double { sent == 0 ? 0 : min(1, Double(denied) / Double(sent)) }
}
