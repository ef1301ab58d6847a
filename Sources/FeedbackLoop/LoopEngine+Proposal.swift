internal import MeshModel

extension LoopEngine {
  /// What one step of a policy asks for, given the evidence.
  struct Plan {
    var stage: Stage
    var needsApproval: PolicyStep.Approval?
  }

  mutating func detected(_ detection: Detection, id: ActionID, at now: Timestamp) {
    guard !detection.subject.principal.isReserved else {
      detectedSelfTest(detection, at: now)
      return
    }
    guard detection.detector.blames else {
      // Only said: it neither joins nor displaces what is open or waits.
      if let policy = policies.first(where: { $0.matches(detection) }) {
        propose(detection, id: id, policy, at: now)
      }
      return
    }
    for lane in Lane.allCases {
      detected(
        detection, id: lane == .pressing ? id : id.sibling(lane.rawValue), in: lane, at: now)
    }
  }

  mutating func detected(
    _ detection: Detection, id: ActionID, in lane: Lane, at now: Timestamp
  ) {
    if let open = openActions.first(where: {
      $0.subject == detection.subject && $0.lane == lane
    }) {
      continueIncident(open, detection, id: id, at: now)
      return
    }
    guard let policy = policy(for: detection, in: lane) else { return }
    let key = WaitingKey(detection, in: lane)
    if policy.steps[0].stage.needsTwoWitnesses, !isCorroborated(detection, policy) {
      // The other side of the same requests reports within one flush of its log.
      let first = waiting[key]
      guard first != nil || waiting.count < LoopLimits.waiting else { return }
      waiting[key] = WaitingDetection(
        detection: first?.detection.stronger(detection) ?? detection, id: first?.id ?? id,
        until: first?.until ?? now.adding(milliseconds: LoopLimits.witnessMilliseconds))
    } else {
      waiting[key] = nil
      propose(detection, id: id, policy, at: now)
    }
  }

  func policy(for detection: Detection, in lane: Lane) -> ResponsePolicy? {
    policies.first { $0.lane == lane && $0.matches(detection) }
  }

  /// Acts on the detections whose second witness did not come.
  mutating func stopWaiting(at now: Timestamp) {
    let due = waiting.filter { now >= $0.value.until }.sorted { $0.value.id < $1.value.id }
    for (key, entry) in due {
      if let open = openActions.first(where: {
        $0.subject == key.subject && $0.lane == key.lane
      }) {
        let patience = entry.detection.at.adding(milliseconds: LoopLimits.endMilliseconds)
        if !open.isEndingWithoutSuccess || now >= patience { waiting[key] = nil }
        continue
      }
      waiting[key] = nil
      guard let policy = policy(for: entry.detection, in: key.lane) else { continue }
      propose(entry.detection, id: entry.id, policy, at: now)
      if entry.detection.detector == .alert, !isActedOn(key.subject, in: key.lane) {
        answerAlerts(
          about: key.subject, in: key.lane, after: policy.name,
          id: entry.id.sibling(key.lane.rawValue),
          at: now)
      }
    }
  }

  mutating func propose(
    _ detection: Detection, id: ActionID, _ policy: ResponsePolicy, at now: Timestamp
  ) {
    let plan = plan(policy, step: 0, detection, at: now)
    var action = ActionRecord(
      id: id, subject: detection.subject, policy: policy.name, proposedAt: now,
      detection: detection, state: .recording(from: nil, until: now), step: 0,
      stage: plan.stage, isShadow: policy.mode == .shadow, notAfter: now)
    action.course = course(of: action.subject, in: action.lane, at: now)
    if let refusal = refusal(of: action, policy, at: now) {
      refuse(action, refusal, at: now)
      return
    }
    if let approval = plan.needsApproval {
      // Alerts of one sender ask half of what may be asked.
      let isLone = detection.alert != nil && isOneVoice(detection)
      let open = openActions.filter {
        $0.state.name == "awaiting-approval" && $0.subject.isClient == action.subject.isClient
          && $0.isShadow == action.isShadow
          && (!isLone || $0.detection.alert != nil && isOneVoice($0.detection))
      }
      let limit = isLone ? LoopLimits.approvals / 2 : LoopLimits.approvals
      guard open.count < limit else {
        refuse(action, .tooManyApprovals(limit: limit), at: now)
        return
      }
      let until = now.adding(milliseconds: Int64(approval.expiresSeconds) * 1000)
      action.state = .awaitingApproval(until: until)
      commit(
        action, event: "proposed",
        detail: "\(action.measure) waits for \(Self.approvals(approval.count)) until"
          + " \(until.rfc3339)", at: now)
      effects.append(.escalate(id, "approval needed: \(action.measure) \(action.subject)"))
    } else {
      intend(&action, policy, at: now)
    }
  }

  /// Writes down the intent of the action's stage, with the proxies it is for, so that whoever finds
  /// it knows whose proof is needed; it is enforced once that is durable.
  mutating func intend(
    _ action: inout ActionRecord, _ policy: ResponsePolicy, because reason: String? = nil,
    at now: Timestamp
  ) {
    let lifetime = min(policy.revert.ttlMilliseconds, limits.maxTTLMilliseconds)
    action.notAfter = now.adding(
      milliseconds: min(lifetime, max(1, continuousTimeLeft(of: action, at: now))))
    action.state = .recording(
      from: nil, until: now.adding(milliseconds: LoopLimits.recordMilliseconds))
    action.proxies = freshEvidence(of: action)
    action.course.began = now
    commit(
      action, event: "intent",
      detail: reason ?? "\(action.measure): \(action.detection.reason)", isIntent: true, at: now)
  }

  /// Steps an open action up, when the evidence allows more than what is in force. A policy with a
  /// stronger answer to this detection takes the action over.
  private mutating func continueIncident(
    _ open: ActionRecord, _ detection: Detection, id: ActionID, at now: Timestamp
  ) {
    switch open.state {
    case .awaitingApproval:
      guard let policy = policy(of: open), policy.matches(detection) else { return }
      let plan = plan(policy, step: 0, detection, at: now)
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
      stepUp(open, from: open.stage, detection, at: now)
    case .releasing(.final(let ending), let until),
      .verifyingRelease(.final(let ending), let until):
      // A proxy that does not confirm may keep a release open for long. What failed ends soon
      // otherwise, and then something new may begin.
      let isBrokenOff =
        switch ending {
        case .released: true
        case .failed: now >= until
        case .expired, .refused: false
        }
      guard open.course.revertedBy == nil else { return }
      if isBrokenOff, now < open.notAfter {
        stepUp(open, from: nil, detection, at: now)
      } else {
        awaitEnd(of: open, detection, id: id, at: now)
      }
    case .recording, .closed: break
    }
  }

  /// A detection that comes while an action ends without success is not lost on it.
  private mutating func awaitEnd(
    of open: ActionRecord, _ detection: Detection, id: ActionID, at now: Timestamp
  ) {
    let key = WaitingKey(detection, in: open.lane)
    let first = waiting[key]
    guard first != nil || waiting.count < LoopLimits.waiting else { return }
    waiting[key] = WaitingDetection(
      detection: first?.detection.stronger(detection) ?? detection, id: id,
      until: now.adding(milliseconds: LoopLimits.witnessMilliseconds))
  }

  /// The policy's next step once the hold of the present one is over, else the present one.
  private func nextStep(
    of action: ActionRecord, _ policy: ResponsePolicy, at now: Timestamp
  ) -> Int {
    let step = min(action.step, policy.steps.count - 1)
    guard case .holding(let since, _) = action.state, policy.steps.indices.contains(step + 1),
      now >= since.adding(milliseconds: Int64(policy.steps[step].holdSeconds) * 1000)
    else { return step }
    return step + 1
  }

  /// Presses harder within the deadline the action already has, if a policy allows it; `from` is in
  /// force meanwhile. A release is broken off only on the word of two witnesses.
  private mutating func stepUp(
    _ open: ActionRecord, from: Stage?, _ detection: Detection, at now: Timestamp
  ) {
    var action = open
    let mode: ResponsePolicy.Mode = open.isShadow ? .shadow : .enforce
    for policy in policies
    where policy.mode == mode && policy.lane == open.lane && policy.matches(detection) {
      let step = policy.name == open.policy ? nextStep(of: open, policy, at: now) : 0
      let plan = plan(policy, step: step, detection, at: now)
      guard plan.needsApproval == nil,
        from.map({ plan.stage.isHarder(than: $0) }) ?? isCorroborated(detection, policy)
      else { continue }
      action.stage = plan.stage
      rest(&action, on: detection, from: from)
      // An order's own terms go on: no score ends it.
      if open.policy != ResponsePolicy.orderName {
        action.policy = policy.name
        action.step = step
      }
      if open.isEndingWithoutSuccess { action.course.failures += 1 }
      if let refusal = refusal(of: action, policy, at: now) {
        holdBack(open, action.measure, refusal, for: detection, at: now)
        return
      }
      if open.course.hasSteppedDown { action.course.relapses += 1 }
      action.state = .recording(
        from: from, until: now.adding(milliseconds: LoopLimits.recordMilliseconds))
      commit(
        action, event: "escalated",
        detail: "\(from == nil ? "release" : open.measure) to"
          + " \(action.measure): \(detection.reason)",
        isIntent: true, at: now)
      return
    }
  }

  /// Alerts that make more of what was seen or ordered take it with them when they go, and no more.
  private func rest(_ action: inout ActionRecord, on detection: Detection, from: Stage?) {
    if from == nil || detection.detector != .alert || action.isShadow {
      action.course.basis = nil
    } else if let from, action.detection.detector != .alert {
      action.course.basis = ActionCourse.Basis(
        stage: from, detection: action.detection, policy: action.policy, step: action.step)
    }
    replaceDetection(of: &action, by: detection)
  }

  /// Says, once a minute, why an open action stays as it is although more was called for.
  private mutating func holdBack(
    _ open: ActionRecord, _ measure: String, _ refusal: Refusal, for detection: Detection,
    at now: Timestamp
  ) {
    guard isNews(refusal, of: open, for: detection, at: now) else { return }
    commit(open, event: "held-back", detail: "no \(measure): \(refusal.text)", at: now)
  }

  private mutating func refuse(_ action: ActionRecord, _ refusal: Refusal, at now: Timestamp) {
    guard !action.isSelfTest else {
      refuseSelfTest(refusal, at: now)
      return
    }
    guard isNews(refusal, of: action, for: action.detection, at: now) else { return }
    if refusal.needsHuman {
      effects.append(.escalate(nil, "\(action.subject): \(refusal.text)"))
    }
    close(
      action, .refused(refusal),
      detail: "\(refusal.text); \("\(action.measure): \(action.detection.reason)")", at: now)
  }

  /// A refusal is recorded once a minute; the same incident repeats its detection many times a
  /// second. Of an incident of alerts, which may stand for days, it is recorded once an hour.
  private mutating func isNews(
    _ refusal: Refusal, of action: ActionRecord, for detection: Detection, at now: Timestamp
  ) -> Bool {
    let key = RefusalKey(
      subject: action.subject, policy: action.policy, refusal: refusal,
      isHeldBack: action.isInForce, incident: detection.alert?.incident,
      sender: detection.alert?.sender)
    if let last = refusals[key], now < last.adding(milliseconds: key.repeatMilliseconds) {
      return false
    }
    refusals = refusals.filter { now < $0.value.adding(milliseconds: $0.key.repeatMilliseconds) }
    let alike = refusals.keys.count {
      $0.subject.isClient == key.subject.isClient && $0.sender == key.sender
    }
    guard alike < LoopLimits.refusals else {
      if alike == LoopLimits.refusals {
        refusals[key] = now
        let pause = key.incident == nil ? "a minute" : "an hour"
        effects.append(.escalate(nil, "many refusals: further ones are not recorded for \(pause)"))
      }
      return false
    }
    refusals[key] = now
    return true
  }

  func plan(
    _ policy: ResponsePolicy, step: Int, _ detection: Detection, at now: Timestamp
  ) -> Plan {
    // A policy may have had more steps when the action took them.
    let terms = policy.steps[min(step, policy.steps.count - 1)]
    var plan = Plan(stage: terms.stage, needsApproval: nil)
    if let approval = terms.approval,
      approval.unlessConfidence.map({ detection.confidence < $0 }) ?? true
    {
      plan.needsApproval = approval
    }
    if terms.stage.needsTwoWitnesses, !isCorroborated(detection, policy) {
      switch terms.withoutWitness {
      case .throttle(let rate): plan = Plan(stage: .throttle(rate), needsApproval: nil)
      case .approve: plan.needsApproval = plan.needsApproval ?? Self.defaultApproval
      }
    }
    if policy.mode == .approve || isShareUnknown(detection, policy) {
      plan.needsApproval = plan.needsApproval ?? Self.defaultApproval
    }
    if policy.mode != .shadow, forbids(plan.stage, of: detection.subject, policy, at: now) {
      plan.stage = .throttle(policy.revert.through)
    }
    return plan
  }

  /// A limit that cannot be judged is a human's.
  private func isShareUnknown(_ detection: Detection, _ policy: ResponsePolicy) -> Bool {
    policy.guardrails.maxTrafficShare < 1 && detection.trafficShare == nil
      && detection.detector.blames
  }

  /// A rule against an identity reaches every endpoint that has it; and what harmed others once is
  /// not done again.
  private func forbids(
    _ stage: Stage, of subject: Subject, _ policy: ResponsePolicy, at now: Timestamp
  ) -> Bool {
    guard case .workload = subject, stage.isLessened else { return false }
    if stage == .quarantine, policy.guardrails.minHealthyEndpoints > 0 { return true }
    let open = openActions.first { $0.subject == subject && $0.lane == .pressing }
    return open?.course.harmed ?? course(of: subject, in: .pressing, at: now).harmed
  }

  /// Two distinct reporters saw enough of the same, or two senders of alerts say so. A gateway speaks for its own clients alone: it
  /// can cut off only what it could refuse by itself.
  func isCorroborated(_ detection: Detection, _ policy: ResponsePolicy) -> Bool {
    let isWitnessed =
      switch detection.subject {
      case .workload:
        detection.alert.map { $0.senders.count >= 2 } ?? (detection.witnesses.count >= 2)
      case .client(_, let gateway): detection.witnesses == [gateway]
      }
    return isWitnessed && detection.confidence >= policy.threshold(for: detection.detector)
  }

  private static let defaultApproval = PolicyStep.Approval(
    count: 1, expiresSeconds: 600, unlessConfidence: nil)

  static func approvals(_ count: Int) -> String {
    count == 1 ? "one approval" : "\(count) approvals"
  }
}

extension Detection {
  /// The part of the score that no single reporter can make up about somebody else.
  fileprivate var confidence: Double {
    switch subject {
    case .workload: corroborated
    case .client: score
    }
  }

  /// Of two detections of one subject the one that allows more; the later one where they are alike.
  fileprivate func stronger(_ later: Detection) -> Detection {
    (confidence, score) > (later.confidence, later.score) ? self : later
  }
}
