internal import Actuators
internal import FeedbackLoop
internal import MeshModel

/// One run in virtual time: a controller process, its store, its control plane and a mesh, moved on
/// by one queue of events and one seed.
///
/// The decision core, the enforcement table and the delta sessions are the real ones. All else is a
/// model: it is as hostile as the plan says and no more.
package struct World: Sendable {
  package let plan: Plan
  var now = Plan.start
  var random: SeededRandom
  var queue = EventQueue()
  var store = StoreModel()
  /// Nil while it is down.
  var process: ControllerProcess?
  var processes = 0
  var proxies: [SimulatedProxy] = []
  var streams = 0
  var requests: UInt64 = 0
  var nextAction: UInt64 = 0
  var flushing: Set<Int> = []
  /// Faults that are at work now.
  var active: Set<Fault> = []
  var policies: [ResponsePolicy]
  var limits: LoopLimits
  /// Places passed where the plan could have the process crash.
  package internal(set) var places: [Place] = []
  var checks: Checks
  var trace = Trace()
  package internal(set) var violation: Violation?

  /// Where a crash changes what comes after.
  package enum Place: Hashable, Sendable {
    case beforeWrite(entries: Int)
    case afterWrite
    case beforeAct
    case afterAct
  }

  package init(_ plan: Plan) {
    self.plan = plan
    random = SeededRandom(seed: plan.seed ^ 0x5EED)
    policies = plan.policies
    limits = plan.limits
    checks = Checks(plan)
    for (number, workload) in plan.workloads.enumerated() {
      for replica in 0..<workload.proxies {
        let node = workload.identity.name + (replica == 0 ? "" : "-\(replica)")
        proxies.append(
          SimulatedProxy(
            id: ProxyID(principal: workload.identity, node: node), workload: number,
            startedAt: now))
      }
    }
  }

  package mutating func run() {
    begin()
    let end = Plan.start.adding(milliseconds: plan.end)
    while violation == nil, let (event, at) = queue.take(), at <= end {
      now = at
      handle(event)
    }
    if violation == nil { checkSettled() }
  }

  /// The same for the same plan in every process.
  package var traceHash: UInt64 { trace.hash.value }

  /// The last of the story, in plain words.
  package var story: [String] { trace.lines }

  /// What came of the attacks, for a table.
  package var summary: RunSummary { checks.summary }

  mutating func put(_ event: Event, in milliseconds: Int64) {
    queue.put(event, at: now.adding(milliseconds: milliseconds))
  }

  mutating func violate(_ invariant: Invariant, _ text: String) {
    guard violation == nil else { return }
    violation = Violation(
      invariant: invariant, text: text, at: Int64(now.milliseconds(since: Plan.start)))
  }

  private mutating func begin() {
    startProcess()
    for proxy in proxies.indices { put(.connect(proxy: proxy), in: 1 + Int64(proxy)) }
    for workload in plan.workloads.indices {
      put(.call(workload: workload), in: random.between(100...1_000))
    }
    for (number, attacker) in plan.attackers.enumerated() {
      put(.attack(attacker: number), in: attacker.from)
    }
    scheduleFaults()
    if plan.mode == .liveness { put(.faultsEnd, in: plan.faultsEnd) }
  }

  private mutating func handle(_ event: Event) {
    switch event {
    case .call(let workload): call(from: workload)
    case .attack(let attacker): attack(by: attacker)
    case .flush(let proxy): flush(proxy)
    case .connect(let proxy): connect(proxy)
    case .delivered(let response, let stream): deliver(response, on: stream)
    case .requested(let request, let stream): handle(request, on: stream)
    case .streamEnded(let stream): streamEnded(stream)
    case .logsOpened(let proxy, process?.number): logs(of: proxy, areOpen: true)
    case .logsClosed(let proxy, process?.number): logs(of: proxy, areOpen: false)
    case .logs(let batch, process?.number): receive(batch)
    case .report(let report, process?.number): receive(report)
    case .readback(let proxy, let askedAt, process?.number): readBack(proxy, askedAt)
    case .written(process?.number): finishWrite()
    case .act(process?.number): act()
    case .pulse(process?.number): pulse()
    case .refreshLives(process?.number): refreshLives()
    case .askProxies(process?.number): askProxies()
    case .fault(let fault): strike(fault)
    case .repair(let fault, let proxy): repair(fault, proxy)
    case .restart: startProcess()
    case .faultsEnd: endFaults()
    case .order(let order): carryOut(order)
    case .logsOpened, .logsClosed, .logs, .report, .readback, .written, .act, .pulse,
      .refreshLives, .askProxies:
      break  // Of a process that is gone.
    }
  }
}
