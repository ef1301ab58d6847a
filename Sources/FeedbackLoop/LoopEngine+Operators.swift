package import MeshModel

extension LoopEngine {
  /// Carries out an operator's command or says why not. `by` names who gave it.
  package mutating func handle(
    _ command: OperatorCommand, by: String, at now: Timestamp
  ) throws(CommandRefusal) -> [LoopEffect] {
    switch command {
    case .pause:
      isPaused = true
      say("paused", "new actions are stopped by \(by); releases go on", at: now)
    case .resume:
      isPaused = false
      say("resumed", "by \(by)", at: now)
    case .approve(let id, let fingerprint):
      try approve(id, fingerprint: fingerprint, by: by, at: now)
    case .order(let order, let id):
      try start(order, id: id, by: by, at: now)
    case .reject(let id):
      let action = try find(id)
      guard case .awaitingApproval = action.state else {
        throw .notAwaitingApproval(state: action.state.name)
      }
      close(action, .refused(.rejected(by: by)), detail: "rejected by \(by)", at: now)
    case .revert(let id):
      let action = try find(id)
      guard !action.state.isClosed else { throw .alreadyClosed(state: action.state.name) }
      revert(action, by: by, at: now)
    case .extend(let id, let milliseconds, let reason):
      try extend(try find(id), milliseconds: milliseconds, reason: reason, by: by, at: now)
    case .revertAll:
      for action in openActions { revert(action, by: by, at: now) }
    case .deploy(let workload):
      try deploy(workload, by: by, at: now)
    }
    return drain(at: now)
  }

  /// What an approval of the action would allow, in short; any change of it gives another.
  package func fingerprint(of action: ActionRecord) -> String {
    var hash = StableHash()
    let terms = revertTerms(of: action)
    hash.combine(
      "\(action.id) \(action.subject) \(action.stage) \(action.policy)"
        + " \(min(terms.ttlMilliseconds, limits.maxTTLMilliseconds)) \(terms.through)"
        + " \(verifyTerms(of: action).onFailure)")
    return String(hash.value, radix: 16)
  }

  private mutating func approve(
    _ id: ActionID, fingerprint: String, by: String, at now: Timestamp
  ) throws(CommandRefusal) {
    var action = try find(id)
    guard case .awaitingApproval = action.state else {
      throw .notAwaitingApproval(state: action.state.name)
    }
    guard let policy = policy(of: action) else { throw .guardrail(.policyRemoved) }
    guard fingerprint == self.fingerprint(of: action) else { throw .changed }
    // Who approved something else must look again.
    action.course.approvals.removeAll { $0.fingerprint != fingerprint }
    guard !action.course.approvals.contains(where: { $0.isOf(by) }) else {
      throw .alreadyApproved
    }
    action.course.approvals.append(.init(by: by, fingerprint: fingerprint))
    let needed = policy.steps[action.step].approval?.count ?? 1
    let missing = needed - action.course.approvals.count
    action.course.isApproved = missing <= 0
    if missing <= 0 { action.course.approvedStage = action.stage }
    if let refusal = refusal(of: action, policy, at: now) { throw .guardrail(refusal) }
    commit(
      action, event: "approved",
      detail: "by \(by)" + (missing > 0 ? "; \(Self.approvals(missing)) missing" : ""), at: now)
    if missing <= 0 { intend(&action, policy, at: now) }
  }

  private mutating func start(
    _ order: OperatorOrder, id: ActionID, by: String, at now: Timestamp
  ) throws(CommandRefusal) {
    guard (1...limits.maxTTLMilliseconds).contains(order.ttlMilliseconds) else {
      throw .badLifetime(limitMilliseconds: limits.maxTTLMilliseconds)
    }
    guard !order.subject.principal.isReserved else { throw .reserved }
    guard proxies.keys.contains(where: { $0.principal == order.subject.principal }) else {
      throw .unknownSubject(order.subject)
    }
    let lane = Lane(order.stage, isShadow: false)
    let policy = ResponsePolicy.orders(order)
    if let open = openActions.first(where: { $0.subject == order.subject && $0.lane == lane }) {
      try takeOver(open, order, policy, by: by, at: now)
      return
    }
    var action = Self.record(of: order, id: id, at: now)
    action.course.approvals = [.init(by: by, fingerprint: fingerprint(of: action))]
    action.course.isApproved = true
    if let refusal = refusal(of: action, policy, at: now) { throw .guardrail(refusal) }
    intend(&action, policy, because: "ordered by \(by): \(order.reason)", at: now)
  }

  /// A release that stays open must not keep an operator from acting; but its deadline stands.
  private mutating func takeOver(
    _ open: ActionRecord, _ order: OperatorOrder, _ policy: ResponsePolicy, by: String,
    at now: Timestamp
  ) throws(CommandRefusal) {
    switch open.state {
    case .releasing(.final, _), .verifyingRelease(.final, _): break
    case .awaitingApproval, .recording, .applying, .verifying, .holding, .releasing(.step, _),
      .verifyingRelease(.step, _), .closed:
      throw .actedOn(by: open.id)
    }
    guard now < open.notAfter else { throw .actedOn(by: open.id) }
    var action = open
    action.policy = policy.name
    action.step = 0
    action.stage = order.stage
    action.course.takeOver()
    action.course.basis = nil
    if action.detection.detector == .alert {
      // No end of an alert ends the order.
      replaceDetection(of: &action, by: Self.record(of: order, id: open.id, at: now).detection)
    }
    if let refusal = refusal(of: action, policy, at: now) { throw .guardrail(refusal) }
    action.state = .recording(
      from: nil, until: now.adding(milliseconds: LoopLimits.recordMilliseconds))
    commit(
      action, event: "intent",
      detail: "ordered by \(by) in place of the release, until \(open.notAfter.rfc3339):"
        + " \(order.reason)",
      isIntent: true, at: now)
  }

  /// Each deploy loosens what is allowed, so they cannot follow one another at will.
  private mutating func deploy(
    _ workload: SPIFFEID, by: String, at now: Timestamp
  ) throws(CommandRefusal) {
    guard !workload.isReserved else { throw .reserved }
    deploys = deploys.filter { now < $0.value }
    if let until = deploys[workload] { throw .recentDeploy(until: until) }
    guard deploys.count < LoopLimits.deploys else {
      throw .tooManyDeploys(limit: LoopLimits.deploys)
    }
    deploys[workload] = now.adding(milliseconds: LoopLimits.deployMilliseconds)
    say("deploy", "of \(workload), announced by \(by)", at: now)
    effects.append(.relearn(workload))
  }

  private func find(_ id: ActionID) throws(CommandRefusal) -> ActionRecord {
    guard let action = actions[id] else { throw .unknownAction }
    return action
  }

  private mutating func revert(_ open: ActionRecord, by: String, at now: Timestamp) {
    var action = open
    action.course.revertedBy = by
    switch action.state {
    case .awaitingApproval:
      close(action, .refused(.rejected(by: by)), detail: "reverted by \(by)", at: now)
    case .recording where !action.isInForce:
      close(action, .refused(.rejected(by: by)), detail: "reverted by \(by)", at: now)
    case .recording, .applying, .verifying, .holding, .releasing(.step, _),
      .verifyingRelease(.step, _):
      release(action, .final(.released), at: now)
    case .releasing(.final, _), .verifyingRelease(.final, _):
      // Under way already; but now a relapse no longer breaks it off.
      if open.course.revertedBy == nil {
        commit(action, event: "reverted", detail: "by \(by)", at: now)
      }
    case .closed: break
    }
  }

  private mutating func say(_ event: String, _ detail: String, at now: Timestamp) {
    effects.append(.record(HistoryEntry(at: now, action: nil, event: event, detail: detail)))
  }
}
