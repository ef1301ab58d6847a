internal import Actuators
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import ServiceLifecycle
internal import Signals
internal import Synchronization
internal import Testing

struct SignalLaneTests {
  /// A store that does as it is told, and says when it was asked.
  private final class Store: SignalStore {
    enum Mode { case works, fails, hangs }

    private let state: Mutex<(mode: Mode, entries: [SignalEntry])>

    init(_ mode: Mode, _ entries: [SignalEntry] = []) {
      state = Mutex((mode, entries))
    }

    struct DiskFull: Error {}

    var entries: [SignalEntry] { state.withLock { $0.entries } }

    func append(_ entries: [SignalEntry]) async throws {
      switch state.withLock({ $0.mode }) {
      case .works: state.withLock { $0.entries += entries }
      case .fails: throw DiskFull()
      case .hangs: try await Task.sleep(for: .seconds(60))
      }
    }

    func restore(
      _ desk: SignalDesk, since instant: Timestamp, where isWanted: (SignalEntry) -> Bool
    ) async throws -> SignalDesk {
      var desk = desk
      for entry in entries where isWanted(entry) { desk.restore(entry) }
      return desk
    }
  }

  private struct World {
    let loop: Loop
    let lane: SignalLane
    let subject: SPIFFEID
    let history = MemoryWorld()
    private let outbox: Outbox

    init(_ store: Store, knows: Bool = true) throws {
      let subject = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/web")
      let clock = LoopClock()
      let policy = ResponsePolicy(
        name: "alerts", matches: [ScoreMatch(detector: .alert, above: 0.9)],
        steps: [PolicyStep(stage: .throttle(Rate(perSecond: 1, burst: 1)))],
        revert: RevertTerms(ttlMilliseconds: 60_000))
      let gate = PlanGate(LoopLimits(), now: { clock.now() })
      loop = Loop(
        engine: LoopEngine(policies: [policy], limits: LoopLimits()), gate: gate,
        now: { clock.now() })
      let scoring = Scoring(
        shardCount: 1, policies: [policy], loop: loop, secret: 1, now: { clock.now() },
        newID: { ActionID(number: 1) })
      lane = SignalLane(
        store: store, loop: loop, scoring: scoring, configured: knows ? [subject] : [],
        rules: ["am": WorkloadRules()], now: { clock.now() },
        newID: { ActionID(number: 1) })
      outbox = Outbox(
        loop: loop, history: history, actuator: history, scoring: scoring, gate: gate)
      self.subject = subject
    }

    /// Lets the loop act, at a proxy of the subject and one more.
    func acting(_ body: () async throws -> Void) async throws {
      let task = Task { [outbox] in try await outbox.run() }
      defer { task.cancel() }
      for principal in [subject, try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/orders")] {
        await loop.submit(
          .proxy(
            ProxyReport(
              proxy: ProxyID(principal: principal, node: ""), isAttached: true, generation: 0,
              filters: [.throttle: .accepted])))
      }
      try await running(body)
    }

    /// Runs the body while the lane runs.
    func running(_ body: () async throws -> Void) async throws {
      let task = Task { [lane] in try await lane.run() }
      defer { task.cancel() }
      try await body()
    }

    func deliver(_ status: String, by sender: String = "am") async throws -> DeliveryAnswer {
      let text = """
        {"version": "4", "alerts": [{"status": "\(status)", "labels": {"alertname": "Shell",
        "severity": "critical", "spiffe_id": "\(subject)"}, "startsAt": "2026-01-01T00:00:00Z",
        "fingerprint": "1"}]}
        """
      let reading = try SignalFormat.alertmanager.read(
        SignalDelivery(headers: [:], body: Array(text.utf8)), at: LoopClock().now())
      return await lane.deliver(reading, of: sender, replayKey: nil)
    }

    /// Waits until the loop has decided something about the subject.
    func eventually(_ what: String, _ condition: (LoopSnapshot) -> Bool) async throws {
      let deadline = ContinuousClock.now + .seconds(10)
      while !condition(await loop.snapshot) {
        try #require(ContinuousClock.now < deadline, "waited for \(what)")
        await Task.yield()
      }
    }
  }

  @Test("a delivery is answered once it is stored, and the loop hears of it")
  func stored() async throws {
    let store = Store(.works)
    let world = try World(store)
    try await world.running {
      #expect(try await world.deliver("firing") == .accepted(new: 1, known: 0))
      #expect(store.entries.count == 1)
      try await world.eventually("a decision") {
        $0.tally.counts.contains { $0.key.event == "refused" && $0.value > 0 }
      }
      #expect(try await world.deliver("firing") == .accepted(new: 0, known: 1))
      let standing = await world.lane.standing
      #expect(standing.incidents.map(\.name) == ["Shell"])
      #expect(standing.tally.senders["am"]?.new == 1)
      #expect(standing.tally.senders["am"]?.known == 1)
      #expect(try await world.deliver("resolved") == .accepted(new: 1, known: 0))
      #expect(await world.lane.standing.incidents.isEmpty)
    }
  }

  @Test("what an alert calls for passes the plan check, reaches the actuator and is let go with it")
  func enforced() async throws {
    let world = try World(Store(.works))
    try await world.acting {
      #expect(try await world.deliver("firing").status == 202)
      try await world.eventually("the throttle") {
        $0.unsafe != nil || world.history.lines.contains("apply throttle")
      }
      #expect(await world.loop.snapshot.unsafe == nil)
      #expect(try await world.deliver("resolved").status == 202)
      try await world.eventually("the release") { _ in world.history.lines.contains("withdraw") }
    }
  }

  @Test("with a store that fails the sender is told to send again, and nothing more is started")
  func failing() async throws {
    let world = try World(Store(.fails))
    try await world.running {
      #expect(try await world.deliver("firing").status == 503)
      try await world.eventually("the loop to stop acting") { $0.unsafe != nil }
      #expect(await world.lane.standing.incidents.isEmpty)
    }
  }

  @Test("an alert that came before its workload is led to it, also after a restart")
  func foundLater() async throws {
    let store = Store(.works)
    let first = try World(store, knows: false)
    try await first.running { _ = try await first.deliver("firing") }
    #expect(await first.lane.standing.incidents.map(\.key.subject.subject) == [nil])
    let world = try World(Store(.works, store.entries))
    try await world.lane.restore()
    try await world.running {
      try await world.eventually("a decision") {
        $0.tally.counts.contains { $0.key.event == "refused" && $0.value > 0 }
      }
    }
    #expect(
      await world.lane.standing.incidents.map(\.key.subject) == [.subject(world.subject)])
  }

  @Test("what was reported by a sender that is configured no longer does not count after a restart")
  func removedSender() async throws {
    let store = Store(.works)
    let first = try World(store)
    try await first.running { _ = try await first.deliver("firing", by: "former") }
    #expect(store.entries.count == 1)
    let world = try World(Store(.works, store.entries))
    try await world.lane.restore()
    #expect(await world.lane.standing.incidents.isEmpty)
  }

  @Test("a store that hangs holds up no release, and at the end nobody waits for an answer")
  func hanging() async throws {
    let entries = Store(.works)
    let first = try World(entries)
    try await first.running { _ = try await first.deliver("firing") }

    let world = try World(Store(.hangs, entries.entries))
    try await world.lane.restore()
    #expect(await world.lane.standing.incidents.count == 1)
    let run = Task { try await world.lane.run() }
    let answer = Task { try await world.deliver("resolved") }
    let deadline = ContinuousClock.now + .seconds(10)
    while await !world.lane.standing.incidents.isEmpty {
      try #require(ContinuousClock.now < deadline, "waited for the release")
      await Task.yield()
    }
    run.cancel()
    #expect(try await answer.value.status == 503)
  }
}
