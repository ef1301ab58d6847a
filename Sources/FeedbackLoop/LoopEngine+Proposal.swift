internal import MeshModel

extension LoopEngine {
  /// What one step of a policy asks for, given the evidence.
  private struct Plan {
    var stage: Stage
    var needsApproval: PolicyStep.Approval?
  }

  mutating func detected(_ detection: Detection, id: ActionID, at now: Timestamp) {
    if let open = openActions.first(where: { $0.subject == detection.subject }) {
      continueIncident(open, detection, at: now)
      return
    }
    guard let policy = policies.first(where: { $0.matches(detection) }) else { return }
    if policy.steps[0].stage == .quarantine, !isCorroborated(detection, policy) {
      // The other side of the same requests reports within one flush of its log.
      let first = waiting[detection.subject]
      waiting[detection.subject] = WaitingDetection(
        detection: detection, id: first?.id ?? id,
        until: first?.until ?? now.adding(milliseconds: LoopLimits.witnessMilliseconds))
    } else {
      waiting[detection.subject] = nil
      propose(detection, id: id, policy, at: now)
    }
  }

  /// Acts on the detections whose second witness did not come.
  mutating func stopWaiting(at now: Timestamp) {
    let due = waiting.values.filter { now >= $0.until }.sorted { $0.id < $1.id }
    for entry in due {
      waiting[entry.detection.subject] = nil
      guard let policy = policies.first(where: { $0.matches(entry.detection) }),
        !openActions.contains(where: { $0.subject == entry.detection.subject })
      else { continue }
      propose(entry.detection, id: entry.id, policy, at: now)
    }
  }

  private mutating func propose(
    _ detection: Detection, id: ActionID, _ policy: ResponsePolicy, at now: Timestamp
  ) {
    let plan = plan(policy, step: 0, detection)
    var action = ActionRecord(
      id: id, subject: detection.subject, policy: policy.name, proposedAt: now,
      detection: detection, state: .recording(from: nil, until: now), step: 0,
      stage: plan.stage, notAfter: now)
    if let refusal = refusal(of: action, policy, at: now) {
      refuse(action, refusal, at: now)
      return
    }
    if let approval = plan.needsApproval {
      let until = now.adding(milliseconds: Int64(approval.expiresSeconds) * 1000)
      action.state = .awaitingApproval(until: until)
      commit(
        action, event: "proposed",
        detail: "\(plan.stage.name) waits for approval until \(until.rfc3339)", at: now)
      effects.append(.escalate(id, "approval needed: \(plan.stage.name) \(action.subject)"))
    } else {
      intend(&action, policy, at: now)
    }
  }

  /// Writes down the intent of the action's stage; it is enforced once that is durable.
  mutating func intend(_ action: inout ActionRecord, _ policy: ResponsePolicy, at now: Timestamp) {
    action.notAfter = now.adding(
      milliseconds: min(policy.revert.ttlMilliseconds, limits.maxTTLMilliseconds))
    action.state = .recording(
      from: nil, until: now.adding(milliseconds: LoopLimits.recordMilliseconds))
    commit(
      action, event: "intent", detail: Self.reason(action.detection, action.stage),
      isIntent: true, at: now)
  }

  /// Steps an open action up, when the evidence allows more than what is in force.
  private mutating func continueIncident(
    _ open: ActionRecord, _ detection: Detection, at now: Timestamp
  ) {
    guard let policy = policy(of: open), policy.matches(detection) else { return }
    let plan = plan(policy, step: min(open.step, policy.steps.count - 1), detection)
    switch open.state {
    case .awaitingApproval:
      guard plan.needsApproval == nil else { return }
      var action = open
      action.detection = detection
      action.stage = plan.stage
      if let refusal = refusal(of: action, policy, at: now) {
        close(action, .refused(refusal), detail: refusal.text, at: now)
      } else {
        intend(&action, policy, at: now)
      }
    case .applying, .verifying, .holding, .releasing(.step, _), .verifyingRelease(.step, _):
      guard plan.stage == .quarantine, open.stage != .quarantine, plan.needsApproval == nil else {
        return
      }
      stepUp(open, to: plan.stage, step: open.step, detection: detection, at: now)
    case .recording, .releasing(.final, _), .verifyingRelease(.final, _), .closed: break
    }
  }

  /// Escalates within the deadline the action already has.
  mutating func stepUp(
    _ open: ActionRecord, to stage: Stage, step: Int, detection: Detection, at now: Timestamp
  ) {
    if isPaused || unsafe != nil || isProtected(open.subject) { return }
    var action = open
    action.state = .recording(
      from: open.stage, until: now.adding(milliseconds: LoopLimits.recordMilliseconds))
    action.stage = stage
    action.step = step
    action.detection = detection
    commit(
      action, event: "escalated",
      detail: "\(open.stage.name) to \(stage.name): \(Self.reason(detection, stage))",
      isIntent: true, at: now)
  }

  /// Takes a holding throttle to the policy's next step when its hold is over and the score stays.
  mutating func climb(_ action: ActionRecord, since: Timestamp, at now: Timestamp) {
    guard let policy = policy(of: action), policy.steps.indices.contains(action.step + 1),
      now >= since.adding(milliseconds: Int64(policy.steps[action.step].holdSeconds) * 1000),
      let score = scores[action.subject],
      score >= policy.threshold(for: action.detection.detector)
    else { return }
    let plan = plan(policy, step: action.step + 1, action.detection)
    guard plan.needsApproval == nil, plan.stage == .quarantine, action.stage != .quarantine else {
      return
    }
    stepUp(
      action, to: plan.stage, step: action.step + 1, detection: action.detection, at: now)
  }

  func refusal(of action: ActionRecord, _ policy: ResponsePolicy, at now: Timestamp) -> Refusal? {
    if policy.mode == .observe { return .observeOnly }
    if isPaused { return .paused }
    if let unsafe { return .storeUnsafe(unsafe) }
    if isProtected(action.subject) || !policy.scope.covers(action.subject) { return .protected }
    if scope.isEmpty { return .noProxies }
    let others = actions.values.filter { $0.isLive && $0.id != action.id }
    if others.count >= limits.maxActive { return .maxActive(limit: limits.maxActive) }
    let same = others.filter { $0.policy == policy.name }.count
    if same >= policy.guardrails.maxActive {
      return .policyMaxActive(limit: policy.guardrails.maxActive)
    }
    return cooldown(of: action.subject, policy, at: now)
  }

  /// Gateways answer for everybody behind them, so their identity is never a subject.
  func isProtected(_ subject: SPIFFEID) -> Bool {
    limits.protected.contains { $0.matches(subject) }
      || proxies.contains { $0.key.principal == subject && $0.value.isGateway }
  }

  private func cooldown(
    of subject: SPIFFEID, _ policy: ResponsePolicy, at now: Timestamp
  ) -> Refusal? {
    let ends = actions.values.compactMap { action -> Timestamp? in
      guard action.subject == subject, action.generation > 0, case .closed(_, let at) = action.state
      else { return nil }
      return at
    }
    guard let last = ends.max() else { return nil }
    let until = last.adding(milliseconds: policy.guardrails.cooldownMilliseconds)
    return now < until ? .cooldown(until: until) : nil
  }

  /// Records a refusal once a minute; the same incident repeats its detection many times a second.
  private mutating func refuse(_ action: ActionRecord, _ refusal: Refusal, at now: Timestamp) {
    let key = RefusalKey(subject: action.subject, policy: action.policy, refusal: refusal)
    if let last = refusals[key],
      now < last.adding(milliseconds: LoopLimits.refusalRepeatMilliseconds)
    {
      return
    }
    refusals = refusals.filter {
      now < $0.value.adding(milliseconds: LoopLimits.refusalRepeatMilliseconds)
    }
    refusals[key] = now
    close(
      action, .refused(refusal),
      detail: "\(refusal.text); \(Self.reason(action.detection, action.stage))", at: now)
  }

  private func plan(_ policy: ResponsePolicy, step: Int, _ detection: Detection) -> Plan {
    let terms = policy.steps[step]
    var plan = Plan(stage: terms.stage, needsApproval: nil)
    if let approval = terms.approval,
      approval.unlessConfidence.map({ detection.corroborated < $0 }) ?? true
    {
      plan.needsApproval = approval
    }
    if terms.stage == .quarantine, !isCorroborated(detection, policy) {
      switch terms.withoutWitness {
      case .throttle(let rate): plan = Plan(stage: .throttle(rate), needsApproval: nil)
      case .approve: plan.needsApproval = plan.needsApproval ?? Self.defaultApproval
      }
    }
    if policy.mode == .approve { plan.needsApproval = plan.needsApproval ?? Self.defaultApproval }
    return plan
  }

  /// Two distinct reporters saw enough of the same.
  private func isCorroborated(_ detection: Detection, _ policy: ResponsePolicy) -> Bool {
    detection.witnesses.count >= 2
      && detection.corroborated >= policy.threshold(for: detection.detector)
  }

  private static let defaultApproval = PolicyStep.Approval(
    expiresSeconds: 600, unlessConfidence: nil)

  private static func reason(_ detection: Detection, _ stage: Stage) -> String {
    let places = detection.destinations.map(\.description).joined(separator: ", ")
    let kind =
      switch detection.detector {
      case .lateralMovement: "first contacts failed"
      case .authFailures: "requests failed to authenticate"
      }
    return "\(stage.name): \(detection.failures) of \(detection.total) \(kind) at \(places);"
      + " score \(Self.rounded(detection.score)), by two witnesses"
      + " \(Self.rounded(detection.corroborated)) (\(detection.witnesses.count) reporters)"
  }

  private static func rounded(_ score: Double) -> String {
    String((score * 10_000).rounded(.down) / 10_000)
  }
}
