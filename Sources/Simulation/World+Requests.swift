internal import FeedbackLoop
internal import Actuators
internal import MeshModel
internal import PlanCheck

/// Requests, what stops them, and what the proxies write down of them.
extension World {
  mutating func call(from workload: Int) {
    let caller = plan.workloads[workload]
    if let callee = caller.calls.isEmpty ? nil : random.pick(caller.calls) {
      request(from: workload, to: callee, fails: random.chance(1))
    }
    put(.call(workload: workload), in: random.between(1...2 * caller.pauseMilliseconds))
  }

  mutating func attack(by number: Int) {
    let attacker = plan.attackers[number]
    let elapsed = Int64(now.milliseconds(since: Plan.start)) - attacker.from
    guard elapsed < attacker.until - attacker.from else { return }
    let others = plan.workloads.indices.filter { $0 != attacker.workload && $0 != 0 }
    request(
      from: attacker.workload, to: random.pick(others),
      fails: random.chance(attacker.profile.failurePercent), isAttack: true)
    put(.attack(attacker: number), in: attacker.profile.pause(after: elapsed))
  }

  private mutating func request(
    from caller: Int, to callee: Int, fails: Bool, isAttack: Bool = false
  ) {
    guard let near = random.proxy(of: caller, proxies), let far = random.proxy(of: callee, proxies)
    else { return }
    requests += 1
    let identity = plan.workloads[caller].identity
    if let rule = proxies[near].stops(identity, isOutbound: true, at: now) {
      stopped(by: rule, at: near)
      write(near, caller, callee, isCallersSide: true, Self.outcome(rule), wasStopped: true)
    } else if let rule = proxies[far].stops(identity, isOutbound: false, at: now) {
      stopped(by: rule, at: far)
      write(far, caller, callee, isCallersSide: false, Self.outcome(rule), wasStopped: true)
      write(near, caller, callee, isCallersSide: true, .refused, wasStopped: true)
    } else {
      let outcome: LogEntry.Outcome = fails ? .failed : .succeeded
      write(far, caller, callee, isCallersSide: false, outcome, wasStopped: false)
      write(near, caller, callee, isCallersSide: true, outcome, wasStopped: false)
      if isAttack { checks.leaked(from: identity, at: now) }
    }
  }

  private static func outcome(_ rule: Rule) -> LogEntry.Outcome {
    switch rule.stage {
    case .quarantine: rule.action.map { .denied($0) } ?? .refused
    case .throttle, .reroute, .tightenMTLS: .limited
    }
  }

  private mutating func write(
    _ proxy: Int, _ caller: Int, _ callee: Int, isCallersSide: Bool, _ outcome: LogEntry.Outcome,
    wasStopped: Bool
  ) {
    guard proxies[proxy].hasLogStream else { return }
    let isDropped = active.contains(.droppedLogs) && proxy % 2 == 1 && random.chance(50)
    guard !isDropped else {
      proxies[proxy].dropped += 1
      return
    }
    note(
      LogEntry(
        request: requests, start: proxies[proxy].clock(at: now),
        caller: plan.workloads[caller].identity, destination: plan.workloads[callee].identity,
        isCallersSide: isCallersSide, outcome: outcome, sentAt: now, wasStopped: wasStopped),
      at: proxy)
  }

  /// A proxy ships its log a flush interval after its first entry.
  mutating func note(_ entry: LogEntry, at proxy: Int) {
    proxies[proxy].log.append(entry)
    guard flushing.insert(proxy).inserted else { return }
    put(.flush(proxy: proxy), in: random.between(1...plan.flushMilliseconds))
  }

  mutating func flush(_ proxy: Int) {
    flushing.remove(proxy)
    let batch = LogBatch(proxy: proxy, entries: proxies[proxy].log)
    proxies[proxy].log = []
    guard let number = process?.number, proxies[proxy].hasLogStream, !batch.entries.isEmpty else {
      return
    }
    if active.contains(.lostLogs), random.chance(30) { return }
    let delay = travel() + (active.contains(.lateLogs) ? random.between(0...2_000) : 0)
    put(.logs(batch, process: number), in: delay)
    if active.contains(.repeatedLogs), random.chance(50) {
      put(.logs(batch, process: number), in: delay + random.between(0...1_000))
    }
  }

  /// Scores a batch and gives the decision core what it meant, as the scoring lane does.
  mutating func receive(_ batch: LogBatch) {
    guard let running = process else { return }
    let proxy = proxies[batch.proxy].id
    let instant = running.clock(at: now)
    for entry in batch.entries {
      trace.count(entry.request)
      noteTold(entry, from: batch.proxy)
      let found = process?.scores.take(entry, from: proxy.principal, at: instant)
      if let found { detect(found.detection, countsOwnEffect: found.countsOwnEffect) }
      let subject = Subject.workload(entry.caller)
      guard running.watched.contains(subject) else { continue }
      switch entry.outcome {
      case .denied(let action):
        give(.stopped(action, subject: subject, at: proxy, start: entry.start))
      case .limited: give(.stopped(nil, subject: subject, at: proxy, start: entry.start))
      case .failed, .succeeded: give(.served(subject, at: proxy, start: entry.start))
      case .refused: break
      }
    }
  }

  private mutating func detect(_ detection: Detection, countsOwnEffect: Bool) {
    nextAction += 1
    let id = ActionID(number: nextAction)
    trace.note(.detected(detection, id), at: now)
    if countsOwnEffect {
      violate(.ownEffects, "requests that Flyball stopped speak against \(detection.subject.name)")
    }
    checks.detected(detection.subject, id, at: now)
    if let instant = process?.clock(at: now) {
      process?.gate.heard(of: detection.subject, at: instant)
    }
    give(.detected(detection, id: id))
  }
}

extension SeededRandom {
  /// One of the workload's proxies that serve; nil when there is none.
  fileprivate mutating func proxy(of workload: Int, _ proxies: [SimulatedProxy]) -> Int? {
    let serving = proxies.indices.filter { proxies[$0].workload == workload && proxies[$0].isUp }
    return serving.isEmpty ? nil : pick(serving)
  }
}
