internal import Actuators
internal import FeedbackLoop
internal import MeshModel

/// What the checks remember of a run: facts alone, none of them the decision core's own opinion.
struct Checks: Sendable {
  /// What is known of one action.
  struct Facts: Sendable {
    var subject: Subject
    var policy: String
    var notAfter: Timestamp?
    /// When its first intent was written, by the controller's clock.
    var began: Timestamp?
    /// The later deadline of an operator's order that no proxy has heard of yet.
    var extendedTo: Timestamp?
    /// When its enforcement must be over, in true time.
    var trueEnd: Timestamp?
    var isApproved = false
    /// Reporters behind its first intent.
    var witnesses = 0
    /// It is let go for good, and no order to press again has left since.
    var isLetGo = false
    /// What was last ordered of the mesh, and when a change upwards was.
    var ordered: Stage?
    var isWithdrawn = false
    var raisedAt: Timestamp?
    /// The proxies the controller knew when it ordered that.
    var scope: Set<Int> = []
    /// Stages by which a request was truly stopped, as the controller was told, since their intent.
    var proved: Set<Filter> = []
    var intents = 0
    /// Proxies that are known to have let a request through after they accepted.
    var leaks: Set<Int> = []
    /// Proxies whose live configuration was seen without it after they accepted.
    var lacking: Set<Int> = []
    var closedAt: Timestamp?
    var ending: Ending?
  }

  struct Answer: Sendable {
    var content: FilterContent
    var isAccepted: Bool
    var at: Timestamp
  }

  let within: Int64
  /// When each action was first enforced.
  var starts: [ActionID: Timestamp] = [:]
  var facts: [ActionID: Facts] = [:]
  var detections: [ActionID: (subject: Subject, at: Timestamp)] = [:]
  /// Who told of failures of a subject, and when last.
  var accusers: [Subject: [SPIFFEID: Timestamp]] = [:]
  var isPaused = false
  var pausedAt: Timestamp?
  var isOrder = false
  /// The action that is being extended.
  var extending: ActionID?
  /// Actions that an operator asked for.
  var orders: Set<ActionID> = []
  /// The load the decision core was last told.
  var toldLoad = LoadState.normal
  /// Since when a subject's score was low with enough of the mesh reporting.
  var calm: [Subject: Timestamp] = [:]
  var openLogs: Set<Int> = []
  var lossyUntil: [Int: Timestamp] = [:]
  var drops: [Int: UInt64] = [:]
  /// What was sent by nonce, the newest of it on each stream, and the answers to that.
  var sentContents: [String: (stream: Int, content: FilterContent)] = [:]
  var newest: [Int: [Filter: String]] = [:]
  var answers: [Int: [Filter: Answer]] = [:]
  var ends: [String: Timestamp] = [:]
  var summary: RunSummary

  init(_ plan: Plan) {
    within = max(5_000, plan.policies.map(\.verify.withinMilliseconds).max() ?? 0)
    summary = RunSummary()
  }

  /// Goes on from what is durable: an end that is not has not been.
  mutating func processStarted(_ store: StoreModel) {
    isPaused = store.isPaused
    for id in facts.keys where !(store.actions[id]?.state.isClosed ?? false) {
      facts[id]?.closedAt = nil
      facts[id]?.ending = nil
    }
    openLogs = []
    lossyUntil = [:]
    drops = [:]
    calm = [:]
    toldLoad = .normal
    newest = [:]
    answers = [:]
    sentContents = [:]
    for id in facts.keys { facts[id]?.lacking = [] }
  }

  mutating func beginOrder(_ command: OperatorCommand, at now: Timestamp) {
    isOrder = true
    switch command {
    case .pause:
      isPaused = true
      pausedAt = now
    case .resume: isPaused = false
    case .approve(let id, _): facts[id]?.isApproved = true
    case .order(let order, let id):
      detected(order.subject, id, at: now)
      orders.insert(id)
    case .extend(let id, _, _): extending = id
    case .reject, .revert, .revertAll, .deploy: break
    }
  }

  mutating func endOrder() {
    isOrder = false
    extending = nil
  }

  mutating func detected(_ subject: Subject, _ id: ActionID, at now: Timestamp) {
    detections[id] = (subject, now)
  }

  mutating func sent(_ response: DeltaSession.Response, on stream: Int, to proxy: Int) {
    guard case .content(let content, let nonce, _) = response else { return }
    // New content may mend what was wrong with the old.
    for id in facts.keys {
      facts[id]?.leaks.remove(proxy)
      facts[id]?.lacking.remove(proxy)
    }
    sentContents[nonce] = (stream, content)
    newest[stream, default: [:]][content.filter] = nonce
    // Who has newer content under way vouches for nothing yet.
    answers[stream]?[content.filter] = nil
    ends[content.version] = content.notAfter
  }

  mutating func answered(
    _ request: DeltaSession.Request, stream: Int, proxy: Int, at now: Timestamp
  ) {
    guard let sent = sentContents[request.nonce], sent.stream == stream,
      newest[stream]?[sent.content.filter] == request.nonce
    else { return }
    answers[stream, default: [:]][sent.content.filter] = Answer(
      content: sent.content, isAccepted: request.error == nil, at: now)
  }

  mutating func leaked(from attacker: SPIFFEID, at now: Timestamp) {
    summary.leaked(.workload(attacker), at: now)
  }
}

extension World {
  /// What arrives from a proxy's log, before it is scored.
  mutating func noteLogs(of proxy: Int, areOpen: Bool) {
    if areOpen { checks.openLogs.insert(proxy) } else { checks.openLogs.remove(proxy) }
  }

  mutating func noteReadback(_ proxy: Int, _ shown: Set<ActionID>, askedAt: Timestamp) {
    if let before = checks.drops[proxy], proxies[proxy].dropped > before {
      checks.lossyUntil[proxy] = now.adding(milliseconds: 9_900)
    }
    checks.drops[proxy] = proxies[proxy].dropped
    guard let stream = proxies[proxy].stream else { return }
    for (id, facts) in checks.facts where facts.closedAt == nil && facts.ordered != nil {
      guard let filter = facts.ordered?.filter, let answer = checks.answers[stream]?[filter],
        answer.isAccepted, answer.content.rules.contains(where: { $0.action == id }),
        let raised = facts.raisedAt,
        now > max(answer.at, raised).adding(milliseconds: 1_000)
      else { continue }
      if shown.contains(id) {
        checks.facts[id]?.lacking.remove(proxy)
      } else {
        checks.facts[id]?.lacking.insert(proxy)
      }
    }
  }
}
