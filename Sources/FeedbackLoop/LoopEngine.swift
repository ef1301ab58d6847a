package import MeshModel

/// Decides: a pure function from what happened to what is to be done.
///
/// It performs nothing. Inputs enter one at a time, effects leave in order; time and new ids are
/// arguments, so the same inputs always give the same effects. `ActionState` draws the lifecycle.
package struct LoopEngine: Sendable {
  package internal(set) var actions: [ActionID: ActionRecord] = [:]
  package internal(set) var isPaused = false
  /// Why the history cannot be trusted to be written, and why the planner cannot.
  package internal(set) var historyFailure: String?
  package internal(set) var planObjection: String?
  package internal(set) var load = LoadState.normal
  package var policies: [ResponsePolicy]
  package let limits: LoopLimits
  package internal(set) var proxies: [ProxyID: ProxyStanding] = [:]
  var generation: UInt64 = 0
  var scores: [Subject: Double] = [:]
  /// What other systems report about each subject, the gravest first.
  var alerts: [Subject: [Detection]] = [:]
  var refusals: [RefusalKey: Timestamp] = [:]
  /// Detections that wait for a second witness.
  var waiting: [WaitingKey: WaitingDetection] = [:]
  /// What speaks against an open release, as last recorded.
  var openReleases: [ActionID: OpenRelease] = [:]
  /// Which rungs are contradicted, and where, of the stages in force, as far as was said.
  var contradicted: [ActionID: Set<Lack.Place>] = [:]
  /// Callers that an action may harm, as last said.
  var openHarms: [ActionID: Set<SPIFFEID>] = [:]
  /// When what an earlier process left was taken over; nil once its proxies had time to come back.
  var restoredAt: Timestamp?
  /// Until when no further deploy of a workload is taken.
  var deploys: [SPIFFEID: Timestamp] = [:]
  private var watched = Watch()
  var effects: [LoopEffect] = []
  /// Nil where the loop does not test itself.
  package internal(set) var selfTest: SelfTest?
  /// Whether somebody bears an identity that is kept for the self-test.
  package internal(set) var isImpersonated = false

  struct OpenRelease: Hashable, Sendable {
    var lacks: [Lack]
    var at: Timestamp
  }

  /// Alerts wait apart from what the mesh sees: neither displaces the other.
  struct WaitingKey: Hashable, Sendable {
    var subject: Subject
    var lane: Lane
    var isAlert: Bool

    init(_ detection: Detection, in lane: Lane) {
      subject = detection.subject
      self.lane = lane
      isAlert = detection.detector == .alert
    }
  }

  struct WaitingDetection: Hashable, Sendable {
    var detection: Detection
    var id: ActionID
    var until: Timestamp
  }

  struct RefusalKey: Hashable, Sendable {
    var subject: Subject
    var policy: String
    var refusal: Refusal
    /// Whether it held back an open action.
    var isHeldBack: Bool
    /// Of the alert that it was about; each sender has room of its own.
    var incident: String?
    var sender: String?

    var repeatMilliseconds: Int64 {
      incident == nil
        ? LoopLimits.refusalRepeatMilliseconds : LoopLimits.alertRefusalRepeatMilliseconds
    }
  }

  package init(
    policies: [ResponsePolicy], limits: LoopLimits, selfTest: SelfTestTerms? = nil
  ) {
    self.policies = policies
    self.limits = limits
    self.selfTest = selfTest.map { SelfTest($0) }
  }

  package mutating func step(_ input: LoopInput, at now: Timestamp) -> [LoopEffect] {
    switch input {
    case .detected(let detection, let id): detected(detection, id: id, at: now)
    case .reported(let subject, let alerts, let resolved, let id):
      reported(alerts, about: subject, resolved: resolved, id: id, at: now)
    case .recorded(let id, let intent): recorded(id, intent: intent, at: now)
    case .recordFailed(let reason): recordFailed(reason, at: now)
    case .proxy(let report): received(report, at: now)
    case .reporting(let proxy, let isOpen): reporting(proxy, isOpen: isOpen, at: now)
    case .stopped(let id, let subject, let proxy, let start):
      showed(
        id, by: id == nil ? .throttle : .rbac, isShadow: false, subject, at: proxy, start: start,
        now: now)
    case .rerouted(let id, let subject, let proxy, let start):
      showed(id, by: .route, isShadow: false, subject, at: proxy, start: start, now: now)
    case .wouldStop(let id, let filter, let subject, let proxy, let start):
      showed(id, by: filter, isShadow: true, subject, at: proxy, start: start, now: now)
    case .served(let subject, let proxy, let start):
      served(subject, at: proxy, start: start, now: now) { $0.stage != .tightenMTLS }
    case .admitted(let subject, let proxy, let start):
      served(subject, at: proxy, start: start, now: now) { $0.stage == .tightenMTLS }
    case .probed(let probe, let proxy): probed(probe, at: proxy, now: now)
    case .readback(let proxy, let held, let askedAt):
      readBack(proxy, actions: held, askedAt: askedAt, at: now)
    case .dropped(let proxy, let total): dropped(total, by: proxy, at: now)
    case .objected(let id, let reason): objected(id, reason, at: now)
    case .neighbours(let subject, let health): compared(subject, with: health, at: now)
    case .scores(let scores):
      self.scores = scores
      progressAll(at: now)
    case .load(let load): loaded(load, at: now)
    case .rehearsed(let id, let problem): rehearsed(id, problem, at: now)
    case .impersonated: impersonated(at: now)
    case .tick:
      stopWaiting(at: now)
      forgetVanished(at: now)
      progressAll(at: now)
      tickSelfTest(at: now)
    }
    return drain(at: now)
  }

  /// Why nothing new is started; nil where nothing speaks against it.
  package var unsafe: String? { historyFailure ?? planObjection }

  /// The actions that are not closed, in the order of their ids.
  package var openActions: [ActionRecord] {
    actions.values.filter { !$0.state.isClosed }.sorted { $0.id < $1.id }
  }

  /// Whether nothing changes by the mere passing of time.
  package var isIdle: Bool {
    waiting.isEmpty && !watched.isActing && actions.values.allSatisfy(\.state.isClosed)
  }

  /// Ends a step: the effects in order, then the watched subjects when they changed.
  mutating func drain(at now: Timestamp) -> [LoopEffect] {
    followSelfTest(at: now)
    let watch = currentWatch(at: now)
    if watch != watched {
      watched = watch
      effects.append(.watch(watch))
    }
    defer { effects = [] }
    return effects
  }

  private func currentWatch(at now: Timestamp) -> Watch {
    var watch = Watch()
    for action in openActions where !action.isSelfTest {
      watch.followed.insert(action.subject)
      guard action.isInForce, !action.isShadow else { continue }
      let settled = action.sentAt?.adding(milliseconds: LoopLimits.echoMilliseconds)
      watch.note(action, isLate: action.isBeingChanged || settled.map { now < $0 } ?? false)
    }
    for action in echoing(at: now) { watch.note(action, isLate: true) }
    return watch
  }

  func policy(of action: ActionRecord) -> ResponsePolicy? {
    if action.isSelfTest { return .selfTest }
    return action.policy == ResponsePolicy.orderName
      ? .orders(
        OperatorOrder(
          subject: action.subject, stage: action.stage,
          ttlMilliseconds: limits.maxTTLMilliseconds, reason: ""))
      : policies.first { $0.name == action.policy }
  }

  /// Actions that ended so lately that entries of what they stopped may still come.
  private func echoing(at now: Timestamp) -> [ActionRecord] {
    actions.values.filter { action in
      guard action.generation > 0, !action.isShadow, !action.isSelfTest,
        action.stage != .tightenMTLS,
        case .closed(_, let end) = action.state
      else { return false }
      return now < end.adding(milliseconds: LoopLimits.echoMilliseconds)
    }
  }

  private mutating func loaded(_ state: LoadState, at now: Timestamp) {
    guard state != load else { return }
    effects.append(
      .record(
        HistoryEntry(
          at: now, isIntent: false, action: nil, event: "load",
          detail: "\(load.rawValue) to \(state.rawValue)")))
    load = state
  }

  /// A policy that was removed leaves its live actions with the terms a policy has by default.
  func verifyTerms(of action: ActionRecord) -> VerifyTerms {
    policy(of: action)?.verify ?? VerifyTerms()
  }

  func revertTerms(of action: ActionRecord) -> RevertTerms {
    policy(of: action)?.revert ?? RevertTerms(ttlMilliseconds: limits.maxTTLMilliseconds)
  }

  /// Stores the changed action and says why it changed.
  mutating func commit(
    _ action: ActionRecord, event: String, detail: String, isIntent: Bool = false,
    at now: Timestamp
  ) {
    var action = action
    if isIntent { action.intent += 1 }
    actions[action.id] = action
    effects.append(
      .record(
        HistoryEntry(at: now, isIntent: isIntent, action: action, event: event, detail: detail)))
  }

  /// Says what one proxy showed. Of a self-test that stays in memory until the next change: in a large
  /// mesh it would be written again for each proxy.
  mutating func tell(
    of action: ActionRecord, event: String, detail: String, at now: Timestamp
  ) {
    if action.isSelfTest {
      actions[action.id] = action
    } else {
      commit(action, event: event, detail: detail, at: now)
    }
  }

  /// Has a human look at an action; what a self-test found is told with its result.
  mutating func escalate(_ action: ActionRecord, _ reason: String) {
    if !action.isSelfTest { effects.append(.escalate(action.id, reason)) }
  }

  mutating func close(
    _ action: ActionRecord, _ ending: Ending, detail: String, at now: Timestamp
  ) {
    var closed = action
    closed.state = .closed(ending, at: now)
    openReleases[action.id] = nil
    openHarms[action.id] = nil
    contradicted[action.id] = nil
    commit(closed, event: ending.name, detail: detail, at: now)
    forgetOldestClosed()
  }

  private mutating func forgetOldestClosed() {
    let closed = actions.values.filter(\.state.isClosed)
    guard closed.count > LoopLimits.closedActions else { return }
    // What never was in force teaches nothing, but for an operator's no; clients cost nothing and must not make workloads'
    // failures be forgotten.
    let rank = { (action: ActionRecord) in
      action.generation == 0 && !action.wasRejected || action.isSelfTest
        ? 0 : action.subject.isClient || action.isShadow ? 1 : 2
    }
    let oldest = closed.min { (rank($0), $0.proposedAt, $0.id) < (rank($1), $1.proposedAt, $1.id) }
    if let oldest { actions[oldest.id] = nil }
  }
}

extension Watch {
  /// Notes what the action does to its subject now; `isLate`: what it did before may still be
  /// reported.
  fileprivate mutating func note(_ action: ActionRecord, isLate: Bool) {
    switch action.stage {
    case .tightenMTLS:
      tightened.insert(action.subject)
      return
    case .throttle: limited.insert(action.subject)
    case .quarantine: denied.insert(action.subject)
    case .reroute: rerouted.insert(action.subject)
    }
    if action.course.hasRerouted { rerouted.insert(action.subject) }
    if isLate {
      limited.insert(action.subject)
      denied.insert(action.subject)
    }
  }
}
