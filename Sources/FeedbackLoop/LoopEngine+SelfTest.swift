internal import MeshModel

/// The self-test: an offender that does not exist is found, cut off and let go by the same steps as a
/// real one. It is asked for nothing that limits real actions, and counts for none of them.
extension LoopEngine {
  /// Begins a test that is due, and ends one that is late.
  mutating func tickSelfTest(at now: Timestamp) {
    guard let run = selfTest?.run else {
      guard selfTest != nil else { return }
      advanceSelfTest(.tick(obstacle: obstacle, verdict: nil), at: now)
      return
    }
    let action = actions[run.action]
    let end = run.since.adding(milliseconds: SelfTestStage.release.deadlineMilliseconds)
    if run.awaited == .release, now >= end, let lacks = action?.lacksOfOne(at: now) {
      advanceSelfTest(.reached(.release, lacks: lacks), at: now)
    } else {
      advanceSelfTest(.tick(obstacle: nil, verdict: action?.verdict?.text), at: now)
    }
  }

  /// Its requests were read, or came to nothing.
  mutating func rehearsed(_ id: ActionID, _ problem: String?, at now: Timestamp) {
    guard selfTest?.run?.action == id else { return }
    advanceSelfTest(
      problem.map { .failed(.sense, $0) } ?? .reached(.sense, lacks: []), at: now)
  }

  /// The scorer found the offender. Only a test that waits for it makes an action of it.
  mutating func detectedSelfTest(_ detection: Detection, at now: Timestamp) {
    guard let run = selfTest?.run, run.awaited <= .score,
      let subject = selfTest?.terms.subject, detection.subject == .workload(subject),
      detection.detector == .lateralMovement,
      isCorroborated(detection, .selfTest)
    else { return }
    advanceSelfTest(.reached(.score, lacks: []), at: now)
    propose(detection, id: run.action, .selfTest, at: now)
  }

  /// What the bearer of a reserved identity does is rejected unseen, so a human has to know: once, as
  /// any proxy can make it up.
  mutating func impersonated(at now: Timestamp) {
    guard !isImpersonated else { return }
    isImpersonated = true
    let text = "an access log names a caller below /flyball/self-test, which no workload may be"
    effects.append(
      .record(HistoryEntry(at: now, action: nil, event: "impersonated", detail: text)))
    effects.append(.escalate(nil, text + ": find who issued that certificate, and to whom"))
  }

  mutating func refuseSelfTest(_ refusal: Refusal, at now: Timestamp) {
    advanceSelfTest(.failed(refusal.deadStage, refusal.text), at: now)
  }

  /// Tells the test how far its action has come, after each step; something real ends it at once.
  mutating func followSelfTest(at now: Timestamp) {
    guard let run = selfTest?.run else { return }
    if let obstacle {
      advanceSelfTest(.brokenOff(obstacle), at: now)
    } else if let event = actions[run.action].flatMap(selfTestEvent) {
      advanceSelfTest(event, at: now)
    }
  }

  /// Moves the action of a test on. What it sends would have proxies acknowledge anew what is sent
  /// for a real action, so it waits while one is under way, at most until its own deadline.
  mutating func progressSelfTest(_ action: ActionRecord, at now: Timestamp) {
    guard !openActions.contains(where: { !$0.isSelfTest && $0.isUnderWay }) else { return }
    guard selfTest?.run?.action == action.id else {
      release(action, .final(.failed("the self-test ended before it")), at: now)
      return
    }
    if case .holding = action.state {
      release(action, .final(.released), at: now)
    } else {
      progressEnforcement(action, at: now)
    }
  }

  private mutating func advanceSelfTest(_ event: SelfTest.Event, at now: Timestamp) {
    for effect in selfTest?.handle(event, at: now) ?? [] {
      switch effect {
      case .begin(let id): beginSelfTest(id, at: now)
      case .end(let result): endSelfTest(result, at: now)
      }
    }
  }

  private mutating func beginSelfTest(_ id: ActionID, at now: Timestamp) {
    guard let subject = selfTest?.terms.subject else { return }
    // The history keeps them; here they would only take room.
    actions = actions.filter { !$0.value.isSelfTest }
    if let historyFailure {
      advanceSelfTest(.failed(.record, "Flyball has stopped acting: \(historyFailure)"), at: now)
    } else if let planObjection {
      advanceSelfTest(.failed(.act, "Flyball has stopped acting: \(planObjection)"), at: now)
    } else if !proxies.values.contains(where: \.isReporting) {
      advanceSelfTest(.failed(.sense, "no proxy reports its access log"), at: now)
    } else {
      effects.append(.rehearse(subject, id))
    }
  }

  private mutating func endSelfTest(_ result: SelfTestResult, at now: Timestamp) {
    effects.append(.tested(result))
    guard historyFailure == nil else { return }
    effects.append(
      .record(
        HistoryEntry(
          at: now, action: actions[result.action], event: "self-test",
          detail: "\(result.text) (\(result.course))")))
  }

  /// Why a test now would stand in the way of something real, or tell nothing.
  private var obstacle: String? {
    if isPaused { return "Flyball is paused" }
    if load != .normal { return "the load is \(load.rawValue)" }
    if let open = openActions.first(where: { !$0.isSelfTest }) {
      return "action \(open.id) is open"
    }
    if !waiting.isEmpty { return "a detection waits for its second witness" }
    let run = selfTest?.run?.action
    return openActions.contains { $0.id != run }
      ? "the action of the last test is still being released" : nil
  }

  private func selfTestEvent(_ action: ActionRecord) -> SelfTest.Event? {
    switch action.state {
    case .awaitingApproval: .failed(.decide, "it waits for an approval")
    case .recording: .reached(.decide, lacks: [])
    case .applying: .reached(.record, lacks: [])
    case .verifying: .reached(.act, lacks: [])
    case .holding:
      // One workload that speaks against what the others prove says nothing of the loop.
      .reached(.verify, lacks: (action.verdict?.lacks ?? []) + missingProofs(of: action))
    case .releasing(let descent, _), .verifyingRelease(let descent, _):
      switch descent {
      case .step: .failed(.release, "it stepped down")
      case .final(.released): takenBack(action)
      case .final(let ending): failure(of: action, ending)
      }
    case .closed(.released, _): takenBack(action) ?? .reached(.release, lacks: [])
    case .closed(let ending, _): failure(of: action, ending)
    }
  }

  private func takenBack(_ action: ActionRecord) -> SelfTest.Event? {
    action.course.revertedBy.map { .brokenOff("taken back by \($0)") }
  }

  private func failure(of action: ActionRecord, _ ending: Ending) -> SelfTest.Event? {
    switch ending {
    case .released: nil
    case .refused(let refusal): takenBack(action) ?? .failed(refusal.deadStage, refusal.text)
    case .failed(let text), .expired(let text): .failed(deadStage(of: action), text)
    }
  }

  /// Where an action that failed was stuck.
  private func deadStage(of action: ActionRecord) -> SelfTestStage {
    if action.generation == 0 { return .record }
    if let awaited = selfTest?.run?.awaited, awaited == .release { return .release }
    let lacks = action.verdict?.lacks ?? []
    return lacks.isEmpty || lacks.contains { $0.rung == .accepted } ? .act : .verify
  }

  /// Proxies that are there to be asked, and gave no answer, though enough others did.
  private func missingProofs(of action: ActionRecord) -> [Lack] {
    guard let terms = selfTest?.terms,
      action.proxies.keys.count(where: limits.probed.contains) <= SelfTestTerms.surelyProbed
    else { return [] }
    var lacks: [Lack] = []
    for (proxy, evidence) in action.proxies.sorted(by: { $0.key < $1.key })
    where evidence.attached && !evidence.joinedLate {
      if limits.probed.contains(proxy), evidence.probe == nil {
        lacks.append(Lack(rung: .behaviour, proxy: proxy, reason: "has not answered its probe"))
      }
      if terms.readable.contains(proxy), evidence.readback == nil {
        lacks.append(
          Lack(rung: .readback, proxy: proxy, reason: "its admin interface has not answered"))
      }
    }
    return lacks
  }
}

extension ActionRecord {
  /// Whether something was, or is about to be, sent for it, and is not yet seen.
  fileprivate var isUnderWay: Bool {
    switch state {
    case .recording, .applying, .verifying, .releasing, .verifyingRelease: true
    case .awaitingApproval, .holding, .closed: false
    }
  }
}

extension Refusal {
  /// Where the loop is dead when it refuses the self-test.
  fileprivate var deadStage: SelfTestStage {
    switch self {
    case .noProxies, .incapable: .act
    case .storeUnsafe: .record
    case .observeOnly, .blamesNobody, .paused, .overloaded, .protected, .maxActive,
      .policyMaxActive, .cooldown, .rejected, .approvalExpired, .policyRemoved, .policyChanged,
      .tooManyApprovals, .witnessBusy, .soleWitnesses, .failedRepeatedly, .maxShadows,
      .cannotShadow, .maxActivePercent, .namespaceMaxActive, .maxActionsPerHour, .trafficShare,
      .healthyEndpoints, .continuousTime, .harmedNeighbours, .selfTestOver, .alertResolved:
      .decide
    }
  }
}
