internal import MeshModel

/// What other systems report. All alerts about a subject come together; each is answered by the first
/// policy that matches it, and the policies in their order, so that none hides another.
extension LoopEngine {
  mutating func reported(
    _ alerts: [Detection], about subject: Subject, resolved: Set<EndedAlert>, id: ActionID,
    at now: Timestamp
  ) {
    self.alerts[subject] = alerts.isEmpty ? nil : alerts
    if !resolved.isEmpty {
      // What still stands is taken up again below.
      for key in waiting.keys where key.subject == subject && key.isAlert { waiting[key] = nil }
    }
    for action in openActions
    where action.subject == subject && action.detection.detector == .alert && !action.isEnding {
      settle(action, resolved, at: now)
    }
    for lane in Lane.allCases {
      answerAlerts(
        about: subject, in: lane, id: lane == .pressing ? id : id.sibling(lane.rawValue), at: now)
    }
  }

  /// What is open goes on by every policy; else one policy after the other is tried, from the one after
  /// the named on, until something is open or waits for a second witness.
  mutating func answerAlerts(
    about subject: Subject, in lane: Lane, after name: String? = nil, id: ActionID,
    at now: Timestamp
  ) {
    let alerts = alerts[subject] ?? []
    let all = policies.filter { $0.lane == lane }
    let first = all.firstIndex { $0.name == name }.map { $0 + 1 } ?? 0
    var id = id
    for policy in all[first...] {
      let own = alerts.first { self.policy(for: $0, in: lane)?.name == policy.name }
      guard let own else { continue }
      let wasOpen = isActedOn(subject, in: lane)
      detected(own, id: id, in: lane, at: now)
      let isWaiting = waiting[WaitingKey(own, in: lane)] != nil
      if !wasOpen, isWaiting || isActedOn(subject, in: lane) { return }
      id = id.sibling(Self.nextAttempt)
    }
  }

  /// The gravest alert against the subject that the action's policy answers; 0 for none, and for what
  /// no alert led to.
  func reportedScore(of action: ActionRecord) -> Double {
    guard action.detection.detector == .alert else { return 0 }
    let policy = policy(of: action)
    let standing = alerts[action.subject] ?? []
    return standing.first { policy?.matches($0) ?? true }?.score ?? 0
  }

  func isActedOn(_ subject: Subject, in lane: Lane) -> Bool {
    openActions.contains { $0.subject == subject && $0.lane == lane }
  }

  /// Where an alert that led to the action was resolved, another that stands takes its place, by the
  /// same policy or by one that would act; the action goes as far down as that does not warrant it. What
  /// merely expired is no all-clear, and what the mesh itself sees is detected anew.
  private mutating func settle(
    _ open: ActionRecord, _ resolved: Set<EndedAlert>, at now: Timestamp
  ) {
    guard let alert = open.detection.alert else { return }
    let standing = alerts[open.subject] ?? []
    let isOver = resolved.contains { $0.incident == alert.incident }
    guard let (policy, detection) = successor(of: open, among: standing, at: now) else {
      if isOver { letGo(open, at: now) }
      return
    }
    let left = Set(alert.senders).subtracting(detection.alert?.senders ?? [])
    var action = open
    replaceDetection(of: &action, by: detection)
    guard isOver || resolved.contains(where: { left.contains($0.sender) }) else {
      let stands = standing.contains { $0.alert?.incident == alert.incident }
      if !stands, policy?.name == open.policy { actions[open.id] = action }
      return
    }
    guard let policy else {
      actions[open.id] = action
      return
    }
    if policy.name != action.policy, action.policy != ResponsePolicy.orderName {
      action.policy = policy.name
      action.step = 0
    }
    if isWarranted(action, by: policy, before: open, at: now) {
      actions[action.id] = action
    } else {
      letGo(action, at: now)
    }
  }

  /// The alert that stands in for what led to the action, with its policy. Of a policy that is gone
  /// nobody knows what it answered.
  private func successor(
    of open: ActionRecord, among standing: [Detection], at now: Timestamp
  ) -> (ResponsePolicy?, Detection)? {
    guard let own = policy(of: open) else { return standing.first.map { (nil, $0) } }
    let mode: ResponsePolicy.Mode = open.isShadow ? .shadow : .enforce
    let isAlike = own.mode == mode || own.mode == .approve && !open.isShadow
    // What is not in force yet is another action by another policy.
    let others =
      open.isInForce ? policies.filter { $0.mode == mode && $0.lane == open.lane } : []
    for policy in (isAlike ? [own] : []) + others {
      guard let detection = standing.first(where: policy.matches) else { continue }
      var next = open
      next.detection = detection
      next.stage = plan(policy, step: 0, detection, at: now).stage
      if policy.name == own.name || refusalToTakeOver(next, policy, at: now) == nil {
        return (policy, detection)
      }
    }
    return nil
  }

  /// Whether the policy would do as much for what led to the action now, by a step that it has come to.
  /// What humans agreed to stays, by the policy that they were asked about.
  private func isWarranted(
    _ action: ActionRecord, by policy: ResponsePolicy, before open: ActionRecord, at now: Timestamp
  ) -> Bool {
    let isAgreed = !(action.course.approvedStage.map { action.stage.isHarder(than: $0) } ?? false)
    if action.course.isApproved, isAgreed, action.course.basis == nil {
      return policy.name == open.policy
    }
    let isAsked = if case .awaitingApproval = action.state { true } else { false }
    return (0...action.step).contains { step in
      let plan = plan(policy, step: step, action.detection, at: now)
      return (plan.needsApproval == nil || isAsked) && !action.stage.isHarder(than: plan.stage)
        && (plan.stage.needsTwoWitnesses || !action.stage.needsTwoWitnesses)
    }
  }

  /// A quarantine by way of the throttle, all else at once; a step down under way goes on, and a step up
  /// that is being recorded is given up.
  private mutating func letGo(_ action: ActionRecord, at now: Timestamp) {
    let sender = action.detection.alert?.sender ?? "nobody"
    let stands = alerts[action.subject]?.contains { $0.alert == action.detection.alert } ?? false
    let reason = stands ? "\(sender) alone reports it now" : "\(sender) no longer reports it"
    if let basis = action.course.basis {
      fallBack(action, to: basis, because: reason, at: now)
      return
    }
    switch action.state {
    case .awaitingApproval:
      close(action, .refused(.alertResolved), detail: reason, at: now)
    case .recording where !action.isInForce:
      close(action, .refused(.alertResolved), detail: reason, at: now)
    case .recording(let from?, _) where stands && !from.needsTwoWitnesses:
      abandonIntent(action, reason: reason, at: now)
    case .recording(.quarantine?, _) where !action.isShadow, .applying, .verifying, .holding:
      let isCutOff = action.stage == .quarantine && !action.isShadow
      release(action, isCutOff ? .step : .final(.released), because: reason, at: now)
    case .recording: release(action, .final(.released), because: reason, at: now)
    case .releasing, .verifyingRelease, .closed: actions[action.id] = action
    }
  }

  /// To what stood before alerts joined, or to a throttle in place of a reroute; then its own terms go on.
  mutating func fallBack(
    _ open: ActionRecord, to basis: ActionCourse.Basis, because reason: String, at now: Timestamp
  ) {
    var action = open
    replaceDetection(of: &action, by: basis.detection)
    action.policy = basis.policy
    action.step = basis.step
    action.course.basis = nil
    let throttle: Stage? = if case .throttle = basis.stage { basis.stage } else { nil }
    switch action.state {
    case .recording(let from?, _) where !from.isHarder(than: basis.stage):
      abandonIntent(action, reason: reason, at: now)
    case .recording: release(action, .step, through: throttle, because: reason, at: now)
    case .applying, .verifying, .holding:
      if action.stage.isHarder(than: basis.stage) {
        release(action, .step, through: throttle, because: reason, at: now)
      } else {
        actions[action.id] = action
      }
    case .awaitingApproval, .releasing, .verifyingRelease, .closed: actions[action.id] = action
    }
  }

  /// Tells the ids of one call's proposals apart.
  private static let nextAttempt: UInt64 = 7
}
