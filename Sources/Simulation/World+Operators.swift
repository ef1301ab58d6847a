internal import FeedbackLoop
internal import MeshModel
internal import PlanCheck

extension World {
  /// An operator steps in, with whatever is open.
  mutating func carryOut(_ order: Order) {
    guard let running = process, let command = command(for: order, running.engine.openActions)
    else { return }
    trace.note(.ordered("\(command)"), at: now)
    checks.beginOrder(command, at: now)
    if let subject = subject(of: command) {
      process?.gate.heard(of: subject, at: running.clock(at: now))
    }
    if case .extend(let id, let milliseconds, _) = command {
      process?.gate.extended(id, milliseconds: milliseconds, at: running.clock(at: now))
    }
    defer { checks.endOrder() }
    let effects: [LoopEffect]
    do {
      effects =
        try process?.engine.handle(command, by: "alice", at: running.clock(at: now)) ?? []
    } catch {
      trace.note(.ordered("refused: \(error.text)"), at: now)
      return
    }
    checkStep(effects, isRestoring: false)
    checkOrder(command, effects, openBefore: running.engine.openActions)
    emit(effects)
  }

  /// Whom an order or an approval allows to be acted on.
  private func subject(of command: OperatorCommand) -> Subject? {
    switch command {
    case .order(let order, _): order.subject
    case .approve(let id, _): process?.engine.actions[id]?.subject
    case .pause, .resume, .reject, .revert, .revertAll, .deploy, .extend: nil
    }
  }

  private mutating func command(
    for order: Order, _ open: [ActionRecord]
  ) -> OperatorCommand? {
    let waiting = open.filter { $0.state.name == "awaiting-approval" }
    switch order {
    case .pause: return .pause
    case .resume: return .resume
    case .approve:
      guard let action = waiting.first ?? open.first, let running = process else { return nil }
      return .approve(action.id, fingerprint: running.engine.fingerprint(of: action))
    case .start:
      nextAction += 1
      return .order(
        OperatorOrder(
          subject: .workload(random.pick(plan.workloads).identity), stage: .quarantine,
          ttlMilliseconds: random.between(2_000...12_000), reason: "a hunch"),
        id: ActionID(number: nextAction))
    case .reject: return (waiting.first ?? open.first).map { .reject($0.id) }
    case .revert: return open.isEmpty ? nil : .revert(random.pick(open).id)
    case .extend:
      let holding = open.filter { $0.state.name == "holding" }
      guard let action = holding.first ?? open.first else { return nil }
      return .extend(
        action.id, milliseconds: random.between(1_000...8_000), reason: "not over yet")
    case .revertAll: return .revertAll
    case .deploy: return .deploy(random.pick(plan.workloads).identity)
    }
  }
}
