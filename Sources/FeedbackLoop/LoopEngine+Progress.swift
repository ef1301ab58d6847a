internal import MeshModel

extension LoopEngine {
  mutating func progressAll(at now: Timestamp) {
    for action in openActions { progress(action.id, at: now) }
  }

  /// Moves one action on as far as evidence and time allow.
  mutating func progress(_ id: ActionID, at now: Timestamp) {
    guard let action = actions[id] else { return }
    switch action.state {
    case .awaitingApproval(let until):
      guard now >= until else { return }
      close(
        action, .refused(.approvalExpired), detail: Refusal.approvalExpired.text, at: now)
    case .recording(_, let until):
      guard now >= until else { return }
      abandonIntent(action, reason: "the intent was not durable in time", at: now)
    case .applying, .verifying, .holding:
      guard now < action.notAfter else {
        release(action, .final(.expired("its deadline passed")), at: now)
        return
      }
      if action.isSelfTest {
        progressSelfTest(action, at: now)
      } else {
        progressEnforcement(action, at: now)
      }
    case .releasing(let descent, let until):
      progressRelease(action, descent, until: until, at: now)
    case .verifyingRelease(let descent, let until):
      verifyRelease(action, descent, until: until, at: now)
    case .closed: break
    }
  }

  /// The intent is durable: checks the guardrails once more, at the effect, and enforces.
  mutating func recorded(_ id: ActionID, intent: Int, at now: Timestamp) {
    // What became durable late may be an earlier intent than the one that is waited for.
    guard var action = actions[id], action.intent == intent,
      case .recording(let from, _) = action.state
    else { return }
    let refusal: Refusal? =
      if let policy = policy(of: action) {
        refusal(of: action, policy, at: now)
      } else {
        .policyRemoved
      }
    if let refusal {
      if from == nil, action.generation == 0 {
        close(action, .refused(refusal), detail: refusal.text, at: now)
      } else {
        abandonIntent(action, reason: refusal.text, at: now)
      }
      return
    }
    if let deadline = action.course.extendedTo {
      let seen = action.proxies
      action.notAfter = deadline
      action.course.extendedTo = nil
      send(&action, at: now)
      action.keepSeen(seen)
    } else {
      send(&action, at: now)
    }
    let incapable = incapable(action.proxies.keys, of: action.stage)
    commit(
      action, event: "applied",
      detail: "\(action.measure) sent for \(action.proxies.count) proxies, until"
        + " \(action.notAfter.rfc3339)"
        + (incapable.isEmpty ? "" : "; cannot enforce it: \(Self.names(incapable))"), at: now)
  }

  /// Stops acting. What is in force keeps its deadline and its way down; nothing is retried.
  mutating func recordFailed(_ reason: String, at now: Timestamp) {
    if historyFailure == nil {
      historyFailure = reason
      effects.append(.escalate(nil, "stopped acting: \(reason)"))
    }
    for action in openActions { abandonIntent(action, reason: reason, at: now) }
  }

  /// Stops acting: a plan of ours was wrong, so no other can be trusted. What it was for goes back to
  /// baseline.
  mutating func objected(_ id: ActionID, _ reason: String, at now: Timestamp) {
    let text = "the plan check did not let it out: \(reason)"
    if planObjection == nil { planObjection = "\(id): \(text)" }
    effects.append(.escalate(id, text))
    guard let action = actions[id], action.isInForce else { return }
    release(action, .final(.failed(text)), at: now)
  }

  /// Leaves what is in force as it was; without anything in force the action ends, and a release that
  /// was broken off begins again.
  mutating func abandonIntent(
    _ open: ActionRecord, reason: String, at now: Timestamp
  ) {
    guard case .recording(let from, _) = open.state else { return }
    guard let from else {
      if open.generation == 0 {
        close(open, .failed(reason), detail: reason, at: now)
      } else {
        release(open, .final(.released), at: now)
      }
      return
    }
    var action = open
    let event = open.course.extendedTo == nil ? "not-escalated" : "not-extended"
    action.course.extendedTo = nil
    action.stage = from
    action.state = .holding(since: now, calmSince: nil)
    commit(action, event: event, detail: reason, at: now)
  }

  /// Hands the action's stage to the mesh and starts its proof anew.
  mutating func send(_ action: inout ActionRecord, at now: Timestamp) {
    generation += 1
    action.generation = generation
    action.verdict = nil
    contradicted[action.id] = nil
    if case .reroute = action.stage { action.course.hasRerouted = true }
    renewEvidence(of: &action, at: now)
    let until = now.adding(milliseconds: verifyTerms(of: action).withinMilliseconds)
    action.state = .applying(until: until, attempt: 1)
    effects.append(.enforce(action.enforcement, generation: generation))
    compareNeighbours(of: action, since: now)
  }

  /// Only what presses on a workload's own requests can make it fail those who call it.
  mutating func compareNeighbours(of action: ActionRecord, since now: Timestamp) {
    guard action.lane == .pressing, !action.isSelfTest,
      case .workload(let workload) = action.subject
    else { return }
    effects.append(
      .compare(workload, since: now.adding(milliseconds: LoopLimits.settleMilliseconds)))
  }

  mutating func progressEnforcement(_ action: ActionRecord, at now: Timestamp) {
    switch action.state {
    case .applying(let until, let attempt), .verifying(let until, let attempt):
      judge(action, until: until, attempt: attempt, at: now)
    case .holding(let since, let calmSince):
      hold(action, since: since, calmSince: calmSince, at: now)
    case .awaitingApproval, .recording, .releasing, .verifyingRelease, .closed: break
    }
  }

  private mutating func judge(
    _ open: ActionRecord, until: Timestamp, attempt: Int, at now: Timestamp
  ) {
    var action = open
    let sight = sight(of: action, isWaiting: now < until, at: now)
    let verdict = action.judgeEnforcement(sight)
    if verdict == .effective {
      action.verdict = verdict
      action.state = .holding(since: now, calmSince: nil)
      commit(action, event: "effective", detail: action.proof, at: now)
      spendEvidence(of: action, at: now)
    } else if now >= until {
      failVerification(
        action, verdict, isOneAgainstAll: action.isOneAgainstAll(verdict, sight), attempt: attempt,
        at: now)
    } else if case .applying = action.state,
      !verdict.lacks.contains(where: { $0.rung == .accepted })
    {
      action.state = .verifying(until: until, attempt: attempt)
      commit(
        action, event: "verifying", detail: "accepted by all \(action.acceptances) proxies",
        at: now)
    }
  }

  private mutating func failVerification(
    _ open: ActionRecord, _ verdict: Verdict, isOneAgainstAll: Bool, attempt: Int,
    at now: Timestamp
  ) {
    var action = open
    if attempt < LoopLimits.attempts {
      // The content is the same, so what was seen of it stays seen, for and against.
      let until = now.adding(milliseconds: verifyTerms(of: action).withinMilliseconds)
      action.state = .applying(until: until, attempt: attempt + 1)
      action.verdict = verdict
      effects.append(.enforce(action.enforcement, generation: action.generation))
      commit(action, event: "retried", detail: verdict.text, at: now)
      return
    }
    action.verdict = verdict
    escalate(action, "\(action.measure) \(verdict.text)")
    switch verifyTerms(of: action).onFailure {
    case .revert where isOneAgainstAll, .keep:
      action.state = .holding(since: now, calmSince: nil)
      commit(action, event: "kept", detail: verdict.text, at: now)
      spendEvidence(of: action, at: now)
    case .revert:
      commit(action, event: "unverified", detail: verdict.text, at: now)
      release(action, .final(.failed(verdict.text)), at: now)
    }
  }

  /// A shadow answers nothing, and neither does tightening answer what the subject sends.
  private mutating func spendEvidence(of action: ActionRecord, at now: Timestamp) {
    guard action.lane == .pressing, !action.isSelfTest else { return }
    effects.append(
      .spend(
        action.subject, before: now.adding(milliseconds: LoopLimits.settleMilliseconds)))
  }

  private mutating func hold(
    _ open: ActionRecord, since: Timestamp, calmSince: Timestamp?, at now: Timestamp
  ) {
    var action = open
    let verdict = action.judgeEnforcement(sight(of: action, isWaiting: false, at: now))
    if case .ineffective(let lacks) = verdict, let known = action.verdict {
      action.verdict = verdict
      actions[action.id] = action
      let told = contradicted[action.id] ?? Set(known.lacks.map(\.place))
      let all = told.union(lacks.map(\.place))
      contradicted[action.id] = all
      if all != told {
        // Lifting what holds elsewhere would help nobody but the attacker.
        let event = known == .effective ? "no-longer-effective" : "contradicted"
        commit(action, event: event, detail: verdict.text, at: now)
        effects.append(.escalate(action.id, "\(action.measure) \(verdict.text)"))
        return
      }
    }
    let terms = revertTerms(of: action)
    let isCalm =
      scores[action.subject].map { max($0, reportedScore(of: action)) < terms.scoreBelow } ?? false
    guard isCalm, isCovered(action, at: now), load < .hold else {
      if calmSince != nil {
        action.state = .holding(since: since, calmSince: nil)
        actions[action.id] = action
      }
      return
    }
    let calm = calmSince ?? now
    let doublings = min(action.course.relapses, LoopLimits.holdDoublings)
    if now >= calm.adding(milliseconds: terms.forMilliseconds << doublings) {
      if let basis = action.course.basis, action.stage.isHarder(than: basis.stage) {
        fallBack(action, to: basis, because: "the score stayed low", at: now)
        return
      }
      release(
        action, action.stage == .quarantine && !action.isShadow ? .step : .final(.released),
        at: now)
    } else if calmSince == nil {
      action.state = .holding(since: since, calmSince: calm)
      actions[action.id] = action
    }
  }
}
