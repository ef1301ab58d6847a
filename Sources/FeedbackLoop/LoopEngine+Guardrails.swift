internal import MeshModel

/// What speaks against an action; asked when it is proposed, and again at the effect.
///
/// Nothing here is asked before a release.
extension LoopEngine {
  func refusal(of action: ActionRecord, _ policy: ResponsePolicy, at now: Timestamp) -> Refusal? {
    if policy.mode == .observe { return .observeOnly }
    if (policy.mode == .shadow) != action.isShadow { return .policyChanged }
    if !action.detection.detector.blames { return .blamesNobody(action.detection.detector) }
    if isPaused { return .paused }
    if let unsafe { return .storeUnsafe(unsafe) }
    if load >= .hold { return .overloaded(load) }
    if action.isSelfTest {
      if selfTest?.run?.action != action.id { return .selfTestOver }
    } else if isProtected(action.subject) || !policy.scope.covers(action.subject) {
      return .protected
    }
    if action.isShadow, case .throttle = action.stage { return .cannotShadow(action.stage.name) }
    let scope = scope(of: action)
    if scope.isEmpty { return .noProxies }
    // One proxy's word about itself holds back nothing at the others.
    let incapable = incapable(scope, of: action.stage)
    if incapable.count == scope.count { return .incapable(Self.names(incapable)) }
    // What presses on nobody needs no room.
    if action.isSelfTest { return nil }
    return harm(of: action, policy) ?? crowd(action, policy, at: now)
      ?? standing(of: action, policy, at: now)
  }

  func isProtected(_ subject: Subject) -> Bool {
    switch subject {
    case .workload(let identity):
      identity == limits.own || identity.isReserved || limits.gateways.contains(identity)
        || limits.protected.contains { $0.matches(identity) }
    case .client(let address, let gateway):
      !limits.gateways.contains(gateway) || !address.isOneClient
        || (LoopLimits.ownAddresses + limits.protectedClients).contains {
          // Part of a client's block is enough.
          $0.contains(address) || address.contains($0)
        }
    }
  }

  /// What the action would take from the mesh.
  private func harm(of action: ActionRecord, _ policy: ResponsePolicy) -> Refusal? {
    guard !action.isShadow else { return nil }
    let terms = policy.guardrails
    if let share = action.detection.trafficShare, share > terms.maxTrafficShare {
      return .trafficShare(percent: Self.percent(share), limit: Self.percent(terms.maxTrafficShare))
    }
    guard action.stage == .quarantine, case .workload(let identity) = action.subject,
      terms.minHealthyEndpoints > 0
    else { return nil }
    // An identity's rule reaches every endpoint that has it.
    return .healthyEndpoints(
      reached: proxies.keys.count { $0.principal == identity }, kept: terms.minHealthyEndpoints)
  }

  /// How much is acted on already. Clients have budgets of their own, and so have shadows.
  private func crowd(
    _ action: ActionRecord, _ policy: ResponsePolicy, at now: Timestamp
  ) -> Refusal? {
    let isClient = action.subject.isClient
    let others = actions.values.filter {
      $0.takesRoom(at: now) && $0.id != action.id && $0.isShadow == action.isShadow
        && !$0.isSelfTest
        && (action.isShadow || $0.subject.isClient == isClient)
    }
    let limit = isClient ? limits.maxActiveClients : limits.maxActive
    if action.isShadow {
      if others.count >= LoopLimits.shadows { return .maxShadows(limit: LoopLimits.shadows) }
    } else if others.count >= limit {
      return .maxActive(limit: limit)
    }
    let same = others.filter { $0.policy == policy.name }.count
    if same >= policy.guardrails.maxActive {
      return .policyMaxActive(limit: policy.guardrails.maxActive)
    }
    if let refusal = credit(action, beside: others, limit: limit, at: now) { return refusal }
    return isClient || action.isShadow ? nil : blast(action, beside: others, at: now)
  }

  /// What one reporter alone can bring about: all such together half of what may be live, so that they
  /// cannot use up what others need; one proxy one action at a time and three in an hour; and alerts of one
  /// sender each half of what may be started in an hour, beside what the mesh itself sees.
  private func credit(
    _ action: ActionRecord, beside others: [ActionRecord], limit: Int, at now: Timestamp
  ) -> Refusal? {
    guard isOneVoice(action.detection) else { return nil }
    if let witness = soleWitness(action.detection) {
      let hourAgo = now.adding(milliseconds: -3_600_000)
      let started = actions.values.count {
        $0.id != action.id && $0.wasStarted && $0.proposedAt > hourAgo && !$0.isSelfTest
          && $0.isShadow == action.isShadow && soleWitness($0.detection) == witness
      }
      if others.contains(where: { soleWitness($0.detection) == witness })
        || action.generation == 0 && started >= LoopLimits.soleWitnessActionsPerHour
      {
        return .witnessBusy(witness)
      }
    }
    if action.detection.alert != nil, action.generation == 0 {
      let most = max(1, limits.maxActionsPerHour / 2)
      let hourAgo = now.adding(milliseconds: -3_600_000)
      let started = actions.values.count {
        $0.id != action.id && $0.wasStarted && $0.proposedAt > hourAgo && !$0.isSelfTest
          && $0.isShadow == action.isShadow && $0.detection.alert != nil
          && isLone($0)
      }
      if started >= most { return .maxActionsPerHour(limit: most) }
    }
    let half = max(1, limit / 2)
    return others.count { isOneVoice($0.detection) } >= half ? .soleWitnesses(limit: half) : nil
  }

  /// The blast radius among workloads: a namespace, the mesh, and the last hour.
  private func blast(
    _ action: ActionRecord, beside others: [ActionRecord], at now: Timestamp
  ) -> Refusal? {
    // A second action against one workload reaches no further one.
    let others = others.filter { $0.subject != action.subject }
    let namespace = action.subject.principal.namespace
    if let namespace, let limit = limits.maxActivePerNamespace,
      others.count(where: { $0.subject.principal.namespace == namespace }) >= limit
    {
      return .namespaceMaxActive(namespace, limit: limit)
    }
    // Only workloads with a proxy of their own can be compared with how many there are.
    let workloads = touchable
    if workloads.contains(action.subject.principal) {
      let limit = max(1, workloads.count * limits.maxActivePercent / 100)
      if others.count(where: { workloads.contains($0.subject.principal) }) >= limit {
        return .maxActivePercent(limits.maxActivePercent, of: workloads.count)
      }
    }
    // Whom a human or one reporter alone accuses is counted elsewhere.
    guard action.generation == 0, !action.course.isApproved,
      !isOneVoice(action.detection)
    else { return nil }
    let hourAgo = now.adding(milliseconds: -3_600_000)
    let started = actions.values.count {
      $0.id != action.id && !$0.subject.isClient && !$0.isShadow && !$0.isSelfTest
        && $0.proposedAt > hourAgo && $0.wasStarted && $0.course.wasAutomatic
        && !isLone($0)
    }
    return started >= limits.maxActionsPerHour
      ? .maxActionsPerHour(limit: limits.maxActionsPerHour) : nil
  }

  /// The workloads that an action could be against.
  private var touchable: Set<SPIFFEID> {
    Set(proxies.keys.map(\.principal)).filter { !isProtected(.workload($0)) }
  }

  /// The only reporter behind a detection; nil when there are more, or when none but that reporter
  /// enforces it.
  private func soleWitness(_ detection: Detection) -> SPIFFEID? {
    guard case .workload = detection.subject else { return nil }
    return detection.witnesses.count == 1 ? detection.witnesses.first : nil
  }

  /// Whether one reporter or one sender of alerts stands behind a detection alone.
  func isOneVoice(_ detection: Detection) -> Bool {
    soleWitness(detection) != nil || detection.alert.map { $0.senders.count == 1 } ?? false
  }

  /// Whether one voice alone brought it about from beginning to end.
  private func isLone(_ action: ActionRecord) -> Bool {
    isOneVoice(action.detection) && !action.course.wasCorroborated
  }

  func replaceDetection(of action: inout ActionRecord, by detection: Detection) {
    if action.wasStarted, !isOneVoice(action.detection) { action.course.wasCorroborated = true }
    action.detection = detection
  }

  /// What speaks against a policy's going on with what another began: room in the mesh it has already.
  func refusalToTakeOver(
    _ action: ActionRecord, _ policy: ResponsePolicy, at now: Timestamp
  ) -> Refusal? {
    let same = actions.values.count {
      $0.takesRoom(at: now) && $0.id != action.id && $0.isShadow == action.isShadow
        && $0.policy == policy.name
    }
    return same < policy.guardrails.maxActive
      ? harm(of: action, policy) : .policyMaxActive(limit: policy.guardrails.maxActive)
  }

  private static func percent(_ share: Double) -> Int { Int((share * 100).rounded(.up)) }
}
