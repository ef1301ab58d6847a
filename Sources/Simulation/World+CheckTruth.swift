internal import Actuators
internal import FeedbackLoop
internal import MeshModel

/// Checks of what the decision core says against what the mesh really does.
extension World {
  /// Every obedient proxy that was known when the stage was ordered enforces it, nothing that was
  /// told speaks against it, and a request was truly stopped.
  mutating func checkEffective(_ action: ActionRecord) {
    guard let facts = checks.facts[action.id], let process else { return }
    let id = action.id
    // What was accepted just now takes hold a moment later, if its deadline is not before that.
    let settled = SimulatedProxy.inForce(from: now)
    if !facts.proved.contains(action.stage.filter) {
      violate(.verifiedMeansSeen, "\(id) is called effective although nothing was seen stopped")
    }
    for number in facts.scope.sorted()
    where proxies[number].id.principal != action.subject.principal {
      let proxy = proxies[number]
      if facts.leaks.contains(number), action.stage == .quarantine {
        violate(.verifiedMeansSeen, "\(id) is called effective although \(proxy.id) let it through")
      }
      if facts.lacking.contains(number) {
        violate(
          .verifiedMeansSeen, "\(id) is called effective although \(proxy.id) does not hold it")
      }
      // What just broke cannot be known yet.
      guard let stream = proxy.stream, process.streams[stream] != nil, proxy.isUp,
        now > proxy.startedAt.adding(milliseconds: Self.newsMilliseconds)
      else { continue }
      if !proxy.subscribed.contains(action.stage.filter) {
        violate(.verifiedMeansSeen, "\(id) is called effective although \(proxy.id) has no filter")
      }
      guard proxy.character == .obedient || proxy.character == .rejecting,
        !proxy.pretended.contains(action.stage.filter), proxy.clockMilliseconds == 0,
        settled < action.notAfter
      else { continue }
      let rules = proxy.rules(at: now) + proxy.rules(at: settled)
      let isEnforced = rules.contains { $0.action == id && $0.stage == action.stage }
      if !isEnforced {
        violate(
          .verifiedMeansSeen, "\(id) is called effective although \(proxy.id) does not enforce it")
      }
    }
  }

  /// A step down is done when no obedient proxy presses harder any more.
  mutating func checkSteppedDown(_ action: ActionRecord) {
    for proxy in proxies where isAnswerable(proxy) {
      let presses = proxy.rules(at: SimulatedProxy.inForce(from: now)).contains {
        $0.action == action.id && weight($0.stage) > weight(action.stage)
      }
      if presses {
        violate(.releaseVerified, "\(action.id) stepped down although \(proxy.id) still presses")
      }
    }
  }

  /// What is closed is enforced nowhere, or the ending says that it may be.
  mutating func checkEnd(_ action: ActionRecord, _ ending: Ending) {
    checks.facts[action.id]?.closedAt = now
    checks.facts[action.id]?.ending = ending
    guard checks.facts[action.id]?.ordered != nil, !isHedged(ending) else { return }
    for proxy in proxies where isAnswerable(proxy) {
      let rules = proxy.rules(at: SimulatedProxy.inForce(from: now))
      if rules.contains(where: { $0.action == action.id }) {
        violate(
          .releaseVerified, "\(action.id) ended as \(ending.name) although \(proxy.id) enforces it")
      }
    }
  }

  /// The mesh's own view of every request it stops.
  mutating func stopped(by rule: Rule, at number: Int) {
    guard let id = rule.action, let facts = checks.facts[id], let end = facts.trueEnd else {
      return violate(.noGhosts, "\(proxies[number].id) stops a request in the name of nobody")
    }
    // A proxy whose clock is wrong is held to the life of its whole content.
    let latest =
      proxies[number].clockMilliseconds == 0
      ? end : checks.facts.values.compactMap(\.trueEnd).max() ?? end
    // A controller whose clock was wrong meant another instant than the next one reads.
    let jump: Int64 = plan.faults.contains(.controllerClock) ? 6_000 : 0
    let grace = Self.reopeningMilliseconds + plan.travelMilliseconds.upperBound + jump
    if now > latest.adding(milliseconds: grace) {
      violate(.deadController, "\(proxies[number].id) enforces \(id) past its deadline")
    }
    if facts.subject.principal == Plan.identity("vault")
      || facts.subject.principal == Plan.identity("gateway")
    {
      violate(.protectedSet, "\(proxies[number].id) stops \(facts.subject.name)")
    }
    if let closed = facts.closedAt, let ending = facts.ending, !isHedged(ending),
      isAnswerable(proxies[number]), now > closed.adding(milliseconds: Self.newsMilliseconds)
    {
      violate(.releaseVerified, "\(proxies[number].id) enforces \(id), which ended")
    }
  }

  /// Remembers what the telemetry that reached the controller shows of the actions.
  mutating func noteTold(_ entry: LogEntry, from number: Int) {
    let subject = Subject.workload(entry.caller)
    if entry.outcome == .failed {
      checks.accusers[subject, default: [:]][proxies[number].id.principal] = now
    }
    guard let open = process?.engine.openActions.first(where: { $0.subject == subject }),
      let facts = checks.facts[open.id], let stage = facts.ordered
    else { return }
    switch entry.outcome {
    case .denied(open.id): checks.facts[open.id]?.proved.insert(.rbac)
    case .limited: checks.facts[open.id]?.proved.insert(.throttle)
    case .failed, .succeeded:
      guard let stream = proxies[number].stream, let clock = process?.clock(at: now),
        let answer = checks.answers[stream]?[stage.filter], answer.isAccepted,
        answer.content.rules.contains(where: { $0.action == open.id && $0.stage == stage }),
        let raised = facts.raisedAt
      else { return }
      let settled = max(answer.at, raised).adding(milliseconds: Self.settledMilliseconds)
      let ahead = Int64(clock.milliseconds(since: now))
      // It was let through then, and by its start the controller can tell.
      if entry.sentAt > settled, entry.start > settled.adding(milliseconds: ahead) {
        checks.facts[open.id]?.leaks.insert(number)
      }
    case .denied, .refused: break
    }
  }

  /// Whether the proxy can be held to what it was told.
  private func isAnswerable(_ proxy: SimulatedProxy) -> Bool {
    proxy.character == .obedient && proxy.isUp
  }

  private func isHedged(_ ending: Ending) -> Bool {
    switch ending {
    case .released, .refused: false
    case .failed(let text), .expired(let text):
      text.contains("unconfirmed") || text.contains("still enforced")
    }
  }

  /// By so long after its deadline an enforcement is over at every proxy, controller or not.
  static let reopeningMilliseconds: Int64 = 2_000
  /// How long what happens in the mesh may take to become known.
  private static let newsMilliseconds: Int64 = 1_000
  /// After its acceptance a proxy has so long to obey, and the report of it to arrive.
  private static let settledMilliseconds: Int64 = 510
}
