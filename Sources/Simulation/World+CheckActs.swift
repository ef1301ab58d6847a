internal import Actuators
internal import FeedbackLoop
internal import MeshModel

/// Checks on what leaves the process, on operators' orders, and at every pulse.
extension World {
  mutating func checkPerformed(_ effect: LoopEffect) {
    switch effect {
    case .enforce(let enforcement, _): checkEnforce(enforcement)
    case .withdraw(let id, _): checks.facts[id]?.isWithdrawn = true
    case .record, .compare, .watch, .spend, .relearn, .rehearse, .tested, .escalate:
      break
    }
  }

  private mutating func checkEnforce(_ enforcement: Enforcement) {
    let id = enforcement.action
    let isIntended = (store.intents[id] ?? []).contains { entry in
      guard let action = entry.action else { return false }
      return action.subject == enforcement.subject
        && action.intended.notAfter == enforcement.notAfter
        && weight(action.stage) >= weight(enforcement.stage)
    }
    if !isIntended {
      violate(.recordFirst, "\(enforcement.stage.name) of \(id) has no durable intent")
    }
    if let later = checks.facts[id]?.extendedTo, later == enforcement.notAfter {
      noteDeadline(of: id, later)
    }
    if let known = checks.facts[id]?.notAfter, known < enforcement.notAfter {
      violate(.noExtension, "the deadline of \(id) is moved out")
    }
    let before = checks.facts[id]?.ordered
    let isNew = before == nil || checks.facts[id]?.isWithdrawn ?? false
    let isRaise = weight(enforcement.stage) > weight(before)
    checks.facts[id]?.ordered = enforcement.stage
    checks.facts[id]?.isWithdrawn = false
    guard isRaise || isNew else { return }
    checks.facts[id]?.raisedAt = now
    // A restart that finds the same intent goes on with its proof.
    if let count = store.intents[id]?.count, checks.facts[id]?.intents != count {
      checks.facts[id]?.intents = count
      checks.facts[id]?.proved = []
    }
    checks.facts[id]?.leaks = []
    checks.facts[id]?.lacking = []
    if before == nil { checkScope(id) }
    if isNew { checkCaps(enforcement) }
    if isRaise, enforcement.stage == .quarantine { checkWitnesses(enforcement) }
  }

  /// Remembers whose proof is needed; who comes later is not asked, and a gateway only when it takes
  /// our filters.
  private mutating func checkScope(_ id: ActionID) {
    guard let process else { return }
    let scope = process.known.keys.filter {
      !limits.gateways.contains(proxies[$0].id.principal)
    }
    checks.facts[id]?.scope = Set(scope)
    if scope.isEmpty, now > process.startedAt.adding(milliseconds: 500) {
      violate(.noEmptyTarget, "\(id) is enforced although no proxy is known")
    }
  }

  private mutating func checkCaps(_ new: Enforcement) {
    guard let process else { return }
    let clock = process.clock(at: now)
    // Every proxy has reopened by itself a little after the deadline, whoever does not confirm it.
    let live = Set(
      process.enforced.values.filter {
        clock < $0.notAfter.adding(milliseconds: Self.reopeningMilliseconds)
      }.map(\.action)
    ).union([new.action])
    if live.count > limits.maxActive {
      violate(.caps, "\(live.count) enforcements are live, more than \(limits.maxActive)")
    }
    // Whom a human or one reporter alone accuses is counted elsewhere.
    if checks.facts[new.action]?.isApproved == false,
      checks.facts[new.action].map({ $0.witnesses > 1 }) ?? false
    {
      checks.starts[new.action] = checks.starts[new.action] ?? now
    }
    if checks.starts.count > limits.maxActionsPerHour {
      violate(
        .caps, "\(checks.starts.count) actions, more than \(limits.maxActionsPerHour) an hour")
    }
    let touchable = Set(process.known.keys.map { proxies[$0].id.principal }).filter {
      !isProtected(.workload($0))
    }
    let among = live.count {
      touchable.contains((process.enforced[$0] ?? new).subject.principal)
    }
    if among > max(1, touchable.count * limits.maxActivePercent / 100),
      touchable.contains(new.subject.principal)
    {
      violate(.caps, "\(among) of \(touchable.count) workloads are acted on")
    }
    let name = checks.facts[new.action]?.policy
    let alike = live.count { checks.facts[$0]?.policy == name }
    let most = plan.policies.first { $0.name == name }?.guardrails.maxActive ?? .max
    if alike > most { violate(.caps, "\(alike) enforcements of one policy, more than \(most)") }
  }

  private mutating func checkWitnesses(_ enforcement: Enforcement) {
    guard checks.facts[enforcement.action]?.isApproved == false else { return }
    let oldest = now.adding(milliseconds: -60_000)
    let accusers = (checks.accusers[enforcement.subject] ?? [:]).filter { $0.value > oldest }
    let isAttacker = plan.attackers.contains {
      plan.workloads[$0.workload].identity == enforcement.subject.principal
    }
    if accusers.count < 2 || !isAttacker {
      violate(
        .twoWitnesses,
        "\(enforcement.subject.name) is quarantined on the word of \(accusers.count)")
    }
  }

  /// Every content carries its life, and no life is longer than the deadline.
  mutating func checkResponse(_ response: DeltaSession.Response) {
    guard let clock = process?.clock(at: now) else { return }
    let end: Timestamp?
    let ttl: Int?
    switch response {
    case .content(let content, _, let seconds):
      end = content.rules.map(\.notAfter).max()
      ttl = seconds
    case .heartbeat(_, let version, _, let seconds):
      end = checks.ends[version]
      ttl = seconds
    case .removed: return
    }
    guard let end, clock < end else { return }
    if ttl.map({ Double($0) * 1000 > end.milliseconds(since: clock) + 2_000 }) ?? true {
      violate(.deadline, "a content is sent with the life \(ttl.map(String.init) ?? "none")")
    }
  }

  /// A revert is carried out in the same step, whatever else is wrong.
  mutating func checkOrder(
    _ command: OperatorCommand, _ effects: [LoopEffect], openBefore: [ActionRecord]
  ) {
    let reverted: [ActionRecord]
    switch command {
    case .revert(let id): reverted = openBefore.filter { $0.id == id }
    case .revertAll: reverted = openBefore
    case .pause, .resume, .approve, .order, .reject, .deploy, .extend: return
    }
    for action in reverted where process?.enforced[action.id] != nil {
      let isWithdrawn = effects.contains {
        if case .withdraw(action.id, _) = $0 { true } else { false }
      }
      var isOnItsWay = false
      if case .releasing(.final, _) = action.state { isOnItsWay = true }
      if case .verifyingRelease(.final, _) = action.state { isOnItsWay = true }
      if !isWithdrawn, !isOnItsWay {
        violate(.asymmetry, "\(action.id) was reverted and is not withdrawn")
      }
    }
  }

  /// Ten times a second: nothing is overdue, and calm is what was seen.
  mutating func checkPulse() {
    guard let process else { return }
    let clock = process.clock(at: now)
    for action in process.engine.openActions {
      var due = max(action.notAfter, process.clock(at: process.startedAt))
        .adding(milliseconds: 3_000 + 4 * checks.within)
      if case .awaitingApproval(let until) = action.state {
        due = until.adding(milliseconds: Self.patienceMilliseconds)
      }
      if clock > due { violate(.everyIntentEnds, "\(action.id) is \(action.state.name) for ever") }
    }
    if process.acts.isEmpty {
      for enforcement in process.enforced.values {
        let due = max(enforcement.notAfter, process.clock(at: process.startedAt))
        // A step down that is under way is given up a little later.
        let late = Self.reopeningMilliseconds + checks.within + Self.patienceMilliseconds
        if clock > due.adding(milliseconds: late) {
          violate(.asymmetry, "\(enforcement.action) is past its deadline and not withdrawn")
        }
      }
    }
    checks.toldLoad = process.load
    noteCalm(process, clock)
    noteAbsence(process)
  }

  /// Who is gone for too long is not waited for any more; should it come back, it comes late.
  private mutating func noteAbsence(_ process: ControllerProcess) {
    for number in proxies.indices {
      let since =
        process.known[number] == nil ? process.startedAt : process.absentSince[number]
      guard let since, now >= since.adding(milliseconds: Self.absenceMilliseconds) else { continue }
      self.process?.known[number] = nil
      for id in checks.facts.keys { checks.facts[id]?.scope.remove(number) }
    }
  }

  private mutating func noteCalm(_ process: ControllerProcess, _ clock: Timestamp) {
    for action in process.engine.openActions {
      let scope = action.proxies.keys
      let seeing = scope.count { id in
        proxies.indices.contains {
          proxies[$0].id == id && checks.openLogs.contains($0)
            && (checks.lossyUntil[$0].map { now >= $0 } ?? true)
        }
      }
      let level = policies.first { $0.name == action.policy }?.revert.scoreBelow ?? 0.4
      let isCalm =
        process.watched.contains(action.subject)
        && process.scores.score(of: action.subject, at: clock) < level
        && seeing > 0 && seeing * 2 >= scope.count && process.load < .hold
      checks.calm[action.subject] = isCalm ? checks.calm[action.subject] ?? now : nil
    }
  }

  /// At the end of a run whose faults stopped: all is as if nothing had been.
  mutating func checkSettled() {
    guard plan.mode == .liveness else { return }
    guard let process else { return violate(.settles, "no controller runs") }
    // What waits for an operator is in nobody's way.
    let open = process.engine.openActions.first { $0.state.name != "awaiting-approval" }
    if let open {
      return violate(.settles, "\(open.id) is still \(open.state.name)")
    }
    for proxy in proxies {
      if let rule = proxy.rules(at: now).first {
        return violate(.settles, "\(proxy.id) still enforces \(rule.name)")
      }
    }
    for attacker in plan.attackers where mustBeContained(attacker) {
      let subject = Subject.workload(plan.workloads[attacker.workload].identity)
      let since = Plan.start.adding(milliseconds: plan.faultsEnd)
      let isContained = checks.summary.turns.contains {
        $0.subject == subject && $0.event == "effective" && $0.at >= since
      }
      if !isContained { violate(.settles, "\(subject.name) was never contained") }
    }
  }

  /// What is left to a human by policy, by limit or because acting did harm need not be contained.
  private func mustBeContained(_ attacker: Plan.Attacker) -> Bool {
    let most = min(limits.maxActive, policies.first?.guardrails.maxActive ?? 0)
    let lasts = attacker.until - max(attacker.from, plan.faultsEnd)
    return attacker.profile.isRelentless && lasts >= Self.containmentMilliseconds
      && attacker.workload >= 2
      && limits.maxActionsPerHour >= 20 && limits.maxActivePercent >= 50
      && plan.faults.isDisjoint(with: [.collateral, .operators])
      && plan.attackers.count <= most && policies.first?.mode == .enforce
  }
  /// An attack that goes on for so long after the last fault must be contained: the cooldown of an
  /// action that the faults spoilt may have to pass first.
  private static let containmentMilliseconds: Int64 = 30_000
  /// A proxy of which nothing was seen for so long need not be waited for.
  private static let absenceMilliseconds: Int64 = 30_000
}
