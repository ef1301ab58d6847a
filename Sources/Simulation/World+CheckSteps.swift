internal import Actuators
internal import FeedbackLoop
internal import MeshModel

/// Checks on what the decision core says and asks for, at the moment it does.
extension World {
  mutating func checkStep(_ effects: [LoopEffect], isRestoring: Bool) {
    for effect in effects {
      guard violation == nil else { return }
      switch effect {
      case .record(let entry):
        if let action = entry.action { checkEntry(entry, action, isRestoring: isRestoring) }
      case .enforce(let enforcement, _):
        checkRaise(enforcement, isRestoring: isRestoring)
      case .watch(let watch): checkWatch(watch.pressed)
      case .withdraw, .compare, .spend, .relearn, .rehearse, .tested, .escalate: break
      }
    }
    let subjects = process?.engine.openActions.map(\.subject) ?? []
    if Set(subjects).count < subjects.count {
      violate(.oneAction, "two open actions have the same subject")
    }
  }

  private mutating func checkEntry(
    _ entry: HistoryEntry, _ action: ActionRecord, isRestoring: Bool
  ) {
    checks.summary.note(entry, at: now)
    if checks.facts[action.id] == nil {
      checkOrigin(action)
      checks.facts[action.id] = Checks.Facts(subject: action.subject, policy: action.policy)
      checks.facts[action.id]?.isApproved = checks.orders.contains(action.id)
    }
    checks.facts[action.id]?.policy = action.policy
    if checks.facts[action.id]?.closedAt != nil, store.actions[action.id]?.state.isClosed ?? false {
      violate(.everyIntentEnds, "\(action.id) goes on although its end is durable: \(entry.event)")
    }
    if entry.isIntent { checkIntent(entry, action) }
    switch entry.event {
    case "effective": checkEffective(action)
    case "releasing":
      // A restart, or an order that came to nothing, goes on with what was begun.
      if !isRestoring, checks.facts[action.id]?.isLetGo == false { checkCalm(action) }
      if case .releasing(.final, _) = action.state { checks.facts[action.id]?.isLetGo = true }
    case "applied", "adopted": checks.facts[action.id]?.isLetGo = false
    case "stepped-down": checkSteppedDown(action)
    default: break
    }
    if case .closed(let ending, _) = action.state { checkEnd(action, ending) }
  }

  /// A new action has a detection of its own, just now, and not an older one's.
  private mutating func checkOrigin(_ action: ActionRecord) {
    guard let detection = checks.detections[action.id], detection.subject == action.subject else {
      return violate(.outputBelowInput, "\(action.id) comes of no detection")
    }
    // What came while another action against the subject ended may wait for its end.
    let hasJustEnded = checks.facts.values.contains {
      $0.subject == action.subject
        && $0.closedAt.map { now <= $0.adding(milliseconds: Self.patienceMilliseconds) } ?? false
    }
    let patience = hasJustEnded ? Self.endMilliseconds : Self.patienceMilliseconds
    if now > detection.at.adding(milliseconds: patience) {
      violate(.outputBelowInput, "\(action.id) comes of a detection long past")
    }
  }

  private mutating func checkIntent(_ entry: HistoryEntry, _ action: ActionRecord) {
    guard let clock = process?.clock(at: now) else { return }
    if isProtected(action.subject) {
      violate(.protectedSet, "an intent against \(action.subject.name)")
    }
    checkMayRaise("an intent of \(action.id)")
    let facts = checks.facts[action.id]
    if checks.extending == action.id { return checkExtension(action, clock) }
    if let known = facts?.notAfter, facts?.ordered != nil, known < action.intended.notAfter {
      violate(.noExtension, "the deadline of \(action.id) moved out with '\(entry.event)'")
    }
    guard facts?.ordered == nil else { return }
    checks.facts[action.id]?.witnesses = action.detection.witnesses.count
    checkCooldown(action)
    checkLifetime(action, clock)
    checks.facts[action.id]?.began = clock
    noteDeadline(of: action.id, action.notAfter)
  }

  private mutating func checkLifetime(_ action: ActionRecord, _ clock: Timestamp) {
    let terms = plan.policies.first { $0.name == action.policy }?.revert.ttlMilliseconds
    let longest = min(terms ?? .max, limits.maxTTLMilliseconds)
    if action.intended.notAfter > clock.adding(milliseconds: longest) {
      violate(.deadline, "the deadline of \(action.id) is later than its policy allows")
    }
  }

  /// What an operator keeps longer lasts no longer than a new action would, nor than is allowed
  /// without a pause.
  private mutating func checkExtension(_ action: ActionRecord, _ clock: Timestamp) {
    checkLifetime(action, clock)
    let facts = checks.facts[action.id]
    if let began = facts?.began,
      action.intended.notAfter > began.adding(milliseconds: limits.maxContinuousMilliseconds)
    {
      violate(.noExtension, "\(action.id) is extended past what is allowed without a pause")
    }
    if facts?.ordered == nil || facts?.isLetGo == true {
      violate(.noExtension, "\(action.id) is extended although it is not in force")
    }
    checks.facts[action.id]?.extendedTo = action.intended.notAfter
  }

  mutating func noteDeadline(of id: ActionID, _ notAfter: Timestamp) {
    guard let clock = process?.clock(at: now) else { return }
    checks.facts[id]?.extendedTo = nil
    checks.facts[id]?.notAfter = notAfter
    checks.facts[id]?.trueEnd = now.adding(
      milliseconds: Int64(notAfter.milliseconds(since: clock)))
  }

  private mutating func checkCooldown(_ action: ActionRecord) {
    guard !checks.orders.contains(action.id) else { return }
    // A clock that was set forward ends it early.
    let jump: Int64 = plan.faults.contains(.controllerClock) ? 6_000 : 0
    let cooldown = (plan.policies.first?.guardrails.cooldownMilliseconds ?? 0) - jump
    for (id, facts) in checks.facts where facts.subject == action.subject && id != action.id {
      guard let closed = facts.closedAt, facts.ordered != nil else {
        continue
      }
      switch facts.ending {
      case .released, .expired:
        // Two witnesses of new misdeeds are a relapse; what an operator took back waits all the same.
        guard
          store.actions[id]?.course.revertedBy != nil
            || action.detection.corroborated < ScoreModel.threshold
        else {
          continue
        }
        if now < closed.adding(milliseconds: cooldown - Self.patienceMilliseconds),
          store.actions[id]?.state.isClosed ?? false
        {
          violate(.cooldown, "\(action.id) follows at once on \(id) against \(facts.subject.name)")
        }
      case .refused, .failed, nil: break
      }
    }
  }

  /// Whether anything may be pressed harder now at all.
  private mutating func checkMayRaise(_ what: String) {
    guard let process else { return }
    if checks.isPaused { violate(.stopWorks, "\(what) while paused") }
    if process.isStoreDead { violate(.recordFirst, "\(what) although the store is dead") }
    // The load is told ten times a second.
    if process.load >= .hold, checks.toldLoad >= .hold {
      violate(.silence, "\(what) while the load is \(process.load.rawValue)")
    }
  }

  /// An order to press harder than before is checked like an intent; on a restart only against what
  /// the mesh was told before.
  private mutating func checkRaise(_ enforcement: Enforcement, isRestoring: Bool) {
    let ordered = checks.facts[enforcement.action]?.ordered
    guard weight(enforcement.stage) > weight(ordered) else { return }
    if isProtected(enforcement.subject) {
      violate(.protectedSet, "an order against \(enforcement.subject.name)")
    }
    if isRestoring {
      if checks.isPaused { violate(.stopWorks, "a restart enforces anew while paused") }
    } else {
      checkMayRaise("an order of \(enforcement.action)")
    }
  }

  /// Whoever is under enforcement is named, so that its refusals do not count.
  private mutating func checkWatch(_ enforced: Set<Subject>) {
    guard let process else { return }
    for enforcement in process.enforced.values
    where !enforced.contains(enforcement.subject) && process.clock(at: now) < enforcement.notAfter {
      let isGoing = process.acts.contains {
        if case .withdraw(enforcement.action, _) = $0 { true } else { false }
      }
      if !isGoing, checks.facts[enforcement.action]?.closedAt == nil {
        violate(.ownEffects, "\(enforcement.subject.name) is under enforcement and not watched")
      }
    }
  }

  /// A way down for calm needs calm, seen by enough of the mesh, for as long as the policy says.
  private mutating func checkCalm(_ action: ActionRecord) {
    guard !checks.isOrder, !active.contains(.collateral) else { return }
    switch action.state {
    case .releasing(.step, _), .releasing(.final(.released), _): break
    case .releasing, .awaitingApproval, .recording, .applying, .verifying, .holding,
      .verifyingRelease, .closed:
      return
    }
    let terms = policies.first { $0.name == action.policy }?.revert
    let calm = checks.calm[action.subject]
    let needed = (terms?.forMilliseconds ?? 180_000) - Self.patienceMilliseconds
    if calm.map({ now < $0.adding(milliseconds: needed) }) ?? true {
      violate(.silence, "\(action.id) is released for calm that was not seen")
    }
  }

  func isProtected(_ subject: Subject) -> Bool {
    guard let limits = process?.engine.limits else { return false }
    return limits.gateways.contains(subject.principal)
      || limits.protected.contains { $0.matches(subject.principal) }
  }

  func weight(_ stage: Stage?) -> Int {
    switch stage {
    case nil, .tightenMTLS: 0
    case .throttle: 1
    case .reroute: 2
    case .quarantine: 3
    }
  }

  /// How far a decision may lag behind what led to it: the wait for a second witness and two pulses.
  static let patienceMilliseconds: Int64 = 400
  /// How old what led to a decision may be when an action had to end first.
  private static let endMilliseconds: Int64 = 10_500
}
