internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import PlanCheck

/// The controller process: its two lanes, its pulse, its end and its next start.
extension World {
  mutating func startProcess() {
    guard process == nil else { return }
    processes += 1
    let clock: Int64 =
      active.contains(.controllerClock) ? random.pick([-3_000, -500, 0, 500, 3_000]) : 0
    process = ControllerProcess(
      number: processes, startedAt: now, clockMilliseconds: clock,
      engine: LoopEngine(policies: policies, limits: limits), gate: PlanCheck(limits))
    let stored = store.read()
    trace.note(.started(adopting: stored.actions.count { !$0.state.isClosed }), at: now)
    checks.processStarted(store)
    let instant = now.adding(milliseconds: clock)
    for action in stored.actions { process?.gate.adopted(action, at: instant) }
    let effects =
      process?.engine.restore(stored.actions, isPaused: stored.isPaused, at: instant) ?? []
    checkStep(effects, isRestoring: true)
    emit(effects)
    put(.pulse(process: processes), in: 100)
    put(.refreshLives(process: processes), in: 1_000)
    put(.askProxies(process: processes), in: 500)
  }

  mutating func give(_ input: LoopInput) {
    guard violation == nil, let instant = process?.clock(at: now),
      let effects = process?.engine.step(input, at: instant)
    else { return }
    checkStep(effects, isRestoring: false)
    emit(effects)
  }

  mutating func emit(_ effects: [LoopEffect]) {
    for effect in effects {
      trace.note(.effect(effect), at: now)
      if case .record(let entry) = effect {
        process?.unrecorded.append(entry)
      } else {
        process?.acts.append(effect)
      }
    }
    startWrite()
    if let process, !process.isActing, !process.acts.isEmpty {
      self.process?.isActing = true
      put(.act(process: process.number), in: 0)
    }
  }

  mutating func pulse() {
    guard let process else { return }
    give(.tick)
    give(.load(process.load))
    let instant = process.clock(at: now)
    let scores = process.watched.map { ($0, process.scores.score(of: $0, at: instant)) }
    give(.scores(Dictionary(uniqueKeysWithValues: scores)))
    if active.contains(.collateral) {
      for workload in process.compared.sorted() {
        give(.neighbours(workload, neighbours(of: workload)))
      }
    }
    checkPulse()
    put(.pulse(process: process.number), in: 100)
  }

  /// Two callers of a workload fare much worse than before.
  private func neighbours(of workload: SPIFFEID) -> [NeighbourHealth] {
    plan.workloads.map(\.identity).filter { $0 != workload }.prefix(2).map {
      NeighbourHealth(
        caller: $0, before: RequestTally(failed: 0, total: 50),
        since: RequestTally(failed: 30, total: 50))
    }
  }

  // MARK: - The record lane

  private mutating func startWrite() {
    guard let waiting = process, waiting.writing.isEmpty, !waiting.unrecorded.isEmpty else {
      return
    }
    process?.writing = waiting.unrecorded
    process?.unrecorded = []
    guard !crashes(at: .beforeWrite(entries: waiting.unrecorded.count)) else { return }
    if waiting.isStoreDead || active.contains(.failingStore), process?.failsAfter == nil {
      let count = Int64(waiting.unrecorded.count)
      process?.failsAfter = waiting.isStoreDead ? 0 : Int(random.between(0...count))
    }
    let slowness = active.contains(.slowStore) ? random.between(100...6_500) : 0
    put(
      .written(process: waiting.number), in: random.between(plan.writeMilliseconds) + slowness)
  }

  mutating func finishWrite() {
    guard let process else { return }
    let entries = process.writing
    if let durable = process.failsAfter {
      store.persist(entries.prefix(durable))
      store.note(entries)
      trace.note(.writeFailed(durable: durable), at: now)
      self.process?.isStoreDead = true
      self.process?.failsAfter = nil
      self.process?.writing = []
      give(.recordFailed("disk full"))
      startWrite()
      return
    }
    store.persist(entries)
    trace.note(.wrote(entries.count), at: now)
    self.process?.writing = []
    guard !crashes(at: .afterWrite) else { return }
    for case let action? in entries.filter(\.isIntent).map(\.action) {
      self.process?.gate.stored(action.intended, at: process.clock(at: now))
      give(.recorded(action.id, intent: action.intent))
    }
    startWrite()
  }

  // MARK: - The act lane

  mutating func act() {
    guard let effect = process?.acts.first else {
      process?.isActing = false
      return
    }
    process?.acts.removeFirst()
    guard !crashes(at: .beforeAct) else { return }
    perform(effect)
    guard !crashes(at: .afterAct), let process else { return }
    put(.act(process: process.number), in: random.between(0...2))
  }

  private mutating func perform(_ effect: LoopEffect) {
    checkPerformed(effect)
    switch effect {
    // It does not test itself.
    case .record, .escalate, .rehearse, .tested: break
    case .enforce(let enforcement, let generation):
      guard isLetOut(enforcement) else { return }
      process?.table.apply(enforcement, generation: generation)
      process?.enforced[enforcement.action] = enforcement
      push()
    case .withdraw(let action, let generation):
      process?.gate.withdrawn(action)
      process?.table.withdraw(action, generation: generation)
      process?.enforced[action] = nil
      push()
    case .watch(let watch):
      process?.watched = watch.followed
      process?.scores.watch(enforced: watch.pressed)
    case .spend(let subject, let instant): process?.scores.spend(subject, before: instant)
    case .compare(let workload, _): process?.compared.insert(workload)
    case .relearn: break  // The score model learns nothing.
    }
  }

  /// The plan check has the last word, and should never have to use it.
  private mutating func isLetOut(_ enforcement: Enforcement) -> Bool {
    guard let instant = process?.clock(at: now),
      let objection = process?.gate.objection(to: enforcement, at: instant)
    else { return true }
    violate(.planCheck, "\(enforcement.stage.name) of \(enforcement.action): \(objection)")
    return false
  }

  // MARK: - Its end

  /// Counts the place and ends the process there, if that is the plan.
  private mutating func crashes(at place: Place) -> Bool {
    guard violation == nil else { return true }
    places.append(place)
    guard let crash = plan.crash, places.count == crash.place else { return false }
    switch crash.kind {
    case .clean:
      self.crash(durable: 0, restartIn: crash.restartMilliseconds)
      return true
    case .torn(let durable):
      self.crash(durable: durable, restartIn: crash.restartMilliseconds)
      return true
    case .failed(let durable):
      process?.failsAfter = durable
      put(.fault(.crash), in: crash.restartMilliseconds)
      return false
    }
  }

  /// All that was not durable is gone; of a write under way so many entries may be durable.
  mutating func crash(durable: Int, restartIn milliseconds: Int64) {
    guard let process else { return }
    store.persist(process.writing.prefix(durable))
    trace.note(.crashed(durable: min(durable, process.writing.count)), at: now)
    self.process = nil
    for number in proxies.indices {
      guard proxies[number].stream != nil || proxies[number].hasLogStream else { continue }
      proxies[number].stream = nil
      proxies[number].hasLogStream = false
      put(.connect(proxy: number), in: random.between(100...2_000))
    }
    put(.restart, in: milliseconds)
  }
}
