internal import FeedbackLoop
internal import MeshModel

/// What goes wrong, when, and how it is put right.
extension World {
  mutating func scheduleFaults() {
    for fault in Fault.allCases where plan.faults.contains(fault) {
      let times = fault == .operators ? 8 : random.between(1...3)
      for _ in 0..<times {
        let at = random.between(
          500...max(1_000, (plan.mode == .safety ? plan.end : plan.faultsEnd)))
        put(fault == .operators ? .order(random.pick(Order.allCases)) : .fault(fault), in: at)
      }
    }
  }

  mutating func strike(_ fault: Fault) {
    if plan.mode == .liveness, plan.crash == nil, isAfterFaults { return }
    switch fault {
    case .crash:
      let durable = random.between(0...Int64(process?.writing.count ?? 0))
      let isLong = plan.crash == nil && random.chance(25)
      crash(durable: Int(durable), restartIn: random.between(isLong ? 8_000...25_000 : 50...2_000))
    case .slowStore, .failingStore, .controllerClock, .lostLogs, .repeatedLogs, .lateLogs,
      .droppedLogs, .collateral:
      active.insert(fault)
      put(.repair(fault, proxy: nil), in: random.between(1_000...12_000))
    case .overload:
      process?.load = random.pick([.thinning, .hold, .safe])
      put(.repair(fault, proxy: nil), in: random.between(500...8_000))
    case .reconfiguration: reconfigure()
    case .slander: slander()
    case .brokenLogs, .lyingProxy, .stuckProxy, .rejectingProxy, .laggingProxy, .restartingProxy,
      .cutOffProxy, .vanishingProxy, .proxyClock, .missingFilter:
      strike(fault, Int(random.between(0...Int64(proxies.count - 1))))
    case .lateProxy: addProxy()
    case .operators: break
    }
    trace.note(.fault("fault: \(fault.rawValue)"), at: now)
  }

  private mutating func strike(_ fault: Fault, _ number: Int) {
    var lasts: ClosedRange<Int64> = 1_000...20_000
    trace.note(.fault("\(fault.rawValue) at \(proxies[number].id)"), at: now)
    switch fault {
    case .lyingProxy: proxies[number].character = .lying
    case .stuckProxy: proxies[number].character = .stuck
    case .rejectingProxy: proxies[number].character = .rejecting
    case .laggingProxy: proxies[number].answerMilliseconds = random.between(200...6_000)
    case .proxyClock:
      proxies[number].clockMilliseconds = random.pick([
        -60_000, -5_000, -1_000, 1_000, 5_000, 60_000,
      ])
    case .missingFilter:
      proxies[number].subscribed = random.pick([[], [.rbac], [.throttle]])
      stop(number)
      lasts = 2_000...30_000
      put(.repair(.restartingProxy, proxy: number), in: 300)
    case .restartingProxy, .vanishingProxy:
      stop(number)
      lasts = fault == .vanishingProxy ? 20_000...60_000 : 100...3_000
    case .cutOffProxy:
      proxies[number].isCutOff = true
      disconnect(number, noticedIn: random.between(10...5_000))
      lasts = 1_000...45_000
    case .brokenLogs:
      proxies[number].isLogBroken = true
      closeLogs(number, noticedIn: 50)
    case .crash, .slowStore, .failingStore, .controllerClock, .overload, .reconfiguration,
      .lostLogs, .repeatedLogs, .lateLogs, .droppedLogs, .collateral, .slander, .lateProxy,
      .operators:
      return
    }
    put(.repair(fault, proxy: number), in: random.between(lasts))
  }

  mutating func repair(_ fault: Fault, _ proxy: Int?) {
    trace.note(
      .fault("over: \(fault.rawValue) \(proxy.map { "\(proxies[$0].id)" } ?? "")"), at: now)
    guard let number = proxy else {
      active.remove(fault)
      if fault == .overload { process?.load = .normal }
      // A controller that cannot write is started anew by whoever mended its disk.
      if fault == .failingStore, process?.isStoreDead ?? false {
        crash(durable: 0, restartIn: random.between(100...3_000))
      }
      if fault == .reconfiguration {
        policies = plan.policies
        process?.engine.policies = policies
      }
      return
    }
    switch fault {
    case .lyingProxy, .stuckProxy, .rejectingProxy, .missingFilter:
      proxies[number].character = .obedient
      proxies[number].subscribed = SimulatedProxy.filters
      stop(number)
      put(.repair(.restartingProxy, proxy: number), in: 200)
    case .laggingProxy: proxies[number].answerMilliseconds = 2
    case .proxyClock: proxies[number].clockMilliseconds = 0
    case .restartingProxy, .vanishingProxy:
      proxies[number].isUp = true
      proxies[number].startedAt = now
    case .cutOffProxy: proxies[number].isCutOff = false
    case .brokenLogs: proxies[number].isLogBroken = false
    case .crash, .slowStore, .failingStore, .controllerClock, .overload, .reconfiguration,
      .lostLogs, .repeatedLogs, .lateLogs, .droppedLogs, .collateral, .slander, .lateProxy,
      .operators:
      break
    }
    put(.connect(proxy: number), in: 5)
  }

  /// All is mended, and what needs a new start gets one.
  mutating func endFaults() {
    active = []
    policies = plan.policies
    limits = plan.limits
    for number in proxies.indices {
      let isChanged =
        proxies[number].character != .obedient
        || proxies[number].subscribed != SimulatedProxy.filters
      proxies[number].character = .obedient
      proxies[number].subscribed = SimulatedProxy.filters
      proxies[number].clockMilliseconds = 0
      proxies[number].answerMilliseconds = 2
      proxies[number].isCutOff = false
      proxies[number].isLogBroken = false
      if isChanged || !proxies[number].isUp { stop(number) }
      proxies[number].isUp = true
      put(.connect(proxy: number), in: 100)
    }
    if process != nil, plan.crash == nil, !plan.faults.isEmpty {
      crash(durable: process?.writing.count ?? 0, restartIn: 200)
    }
    put(.restart, in: 200)
    put(.order(.resume), in: 400)
    trace.note(.fault("all faults are over"), at: now)
  }

  var isAfterFaults: Bool { now >= Plan.start.adding(milliseconds: plan.faultsEnd) }

  /// Ends a proxy's process: what it held is gone.
  private mutating func stop(_ number: Int) {
    disconnect(number, noticedIn: 5)
    proxies[number].loseEverything(at: now)
    proxies[number].isUp = false
  }

  private mutating func disconnect(_ number: Int, noticedIn milliseconds: Int64) {
    if let stream = proxies[number].stream { put(.streamEnded(stream), in: milliseconds) }
    proxies[number].stream = nil
    closeLogs(number, noticedIn: milliseconds)
  }

  private mutating func closeLogs(_ number: Int, noticedIn milliseconds: Int64) {
    guard proxies[number].hasLogStream else { return }
    proxies[number].hasLogStream = false
    guard let process else { return }
    put(.logsClosed(proxy: number, process: process.number), in: milliseconds)
  }

  private mutating func addProxy() {
    guard proxies.count < 16 else { return }
    let workload = Int(random.between(0...Int64(plan.workloads.count - 1)))
    let principal = plan.workloads[workload].identity
    proxies.append(
      SimulatedProxy(
        id: ProxyID(principal: principal, node: "\(principal.name)-late\(proxies.count)"),
        workload: workload, startedAt: now))
    put(.connect(proxy: proxies.count - 1), in: 5)
  }

  /// One and the same proxy tells of failures of an innocent caller that never were.
  private mutating func slander() {
    let attackers = Set(plan.attackers.map(\.workload))
    let slanderer = Int(plan.seed % UInt64(plan.workloads.count))
    let victims = plan.workloads.indices.filter { !attackers.contains($0) && $0 != slanderer }
    guard !victims.isEmpty, let proxy = proxies.firstIndex(where: { $0.workload == slanderer }),
      proxies[proxy].hasLogStream
    else { return }
    let victim = random.pick(victims)
    for _ in 0..<12 {
      requests += 1
      note(
        LogEntry(
          request: requests, start: proxies[proxy].clock(at: now),
          caller: plan.workloads[victim].identity, destination: plan.workloads[slanderer].identity,
          isCallersSide: false, outcome: .failed, sentAt: now, wasStopped: false),
        at: proxy)
    }
  }

  private mutating func reconfigure() {
    switch random.between(0...2) {
    case 0: policies = []
    case 1:
      policies = plan.policies.map {
        var policy = $0
        policy.mode = .observe
        return policy
      }
    default:
      // Takes hold at the next start.
      limits.protected.append(Plan.pattern(random.pick(plan.workloads).identity))
    }
    process?.engine.policies = policies
    put(.repair(.reconfiguration, proxy: nil), in: random.between(500...10_000))
  }
}
