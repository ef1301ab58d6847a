internal import Actuators
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import ServiceLifecycle
internal import Telemetry
internal import Testing

/// The self-test through mailboxes, queue, shards, history and plan check.
struct SelfTestRunTests {
  private struct Parts {
    var clock = StoppedClock()
    var world: MemoryWorld
    var loop: Loop
    var scoring: Scoring
    var outbox: Outbox
    let proxy: ProxyID

    init(_ world: MemoryWorld) throws {
      self.world = world
      let proxy = ProxyID(
        principal: try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/users"), node: "users")
      self.proxy = proxy
      let clock = clock
      let terms = SelfTestTerms(trustDomain: "shop.demo", everyMilliseconds: 10_000)
      let limits = LoopLimits(probed: [proxy])
      let gate = PlanGate(limits, selfTest: terms, now: { clock.now })
      loop = Loop(
        engine: LoopEngine(policies: [], limits: limits, selfTest: terms), gate: gate,
        now: { clock.now })
      scoring = Scoring(
        shardCount: 2, policies: [], loop: loop, secret: 1, now: { clock.now },
        newID: { ActionID(number: 1) })
      outbox = Outbox(
        loop: loop, history: world, actuator: world, scoring: scoring, gate: gate)
    }

    /// Begins the first test, with one proxy that is there.
    func begin() async {
      await scoring.stream(of: proxy, isOpen: true)
      await acknowledge(generation: 0)
      await loop.submit(.tick)
      clock.advance(seconds: 10)
      await loop.submit(.tick)
    }

    func acknowledge(generation: UInt64) async {
      await loop.submit(
        .proxy(
          ProxyReport(
            proxy: proxy, isAttached: true, generation: generation, filters: [.rbac: .accepted])))
    }

    var test: SelfTest? { get async { await loop.snapshot.selfTest } }

    /// Waits for an event, in real time; the clock stands.
    func wait(for what: String, _ condition: () async -> Bool) async {
      let deadline = ContinuousClock.now + .seconds(20)
      while ContinuousClock.now < deadline {
        if await condition() { return }
        await Task.yield()
      }
      Issue.record("waited for \(what)")
    }
  }

  @Test("the offender goes through queue, shards, history and plan check to the actuator and back")
  func passes() async throws {
    let parts = try Parts(MemoryWorld())
    let running = [
      Task { try await parts.outbox.run() }, Task { try await parts.scoring.run() },
    ]
    defer { for task in running { task.cancel() } }
    await parts.begin()
    await parts.wait(for: "the rule") { parts.world.lines.contains("apply quarantine") }
    await parts.acknowledge(generation: 1)
    parts.clock.advance(seconds: 1)
    let id = try #require(await parts.test?.run?.action)
    await parts.loop.submit(
      .probed(
        ProbeSighting(action: id, isDenied: true, start: parts.clock.now), at: parts.proxy))
    await parts.loop.submit(.tick)
    await parts.wait(for: "the withdrawal") { parts.world.lines.contains("withdraw") }
    await parts.acknowledge(generation: 2)
    parts.clock.advance(seconds: 5)
    await parts.loop.submit(.tick)
    #expect(await parts.test?.last?.text == "passed in 6.0 s")
    await parts.wait(for: "the record") { parts.world.lines.last == "record self-test" }
    #expect(parts.world.lines.first == "record intent")
    let ledger = parts.scoring.ledger
    #expect(ledger.received == UInt64(SyntheticOffence.entries) && ledger.waiting == 0)
    #expect(await parts.scoring.subjectCount() == 0)
  }

  @Test("where scoring stands still, the test names the stage")
  func scoringStandsStill() async throws {
    let parts = try Parts(MemoryWorld())
    let running = Task { try await parts.outbox.run() }
    defer { running.cancel() }
    await parts.begin()
    await parts.wait(for: "its requests to be read") { await parts.test?.run?.awaited == .score }
    parts.clock.advance(seconds: 5)
    await parts.loop.submit(.tick)
    #expect(await parts.test?.last?.text == "failed at score: not reached within 5 s")
    #expect(parts.scoring.ledger.waiting == UInt64(SyntheticOffence.entries))
  }

  @Test("where nothing is acted on, or the history fails, the test names the stage")
  func deadEnds() async throws {
    let idle = try Parts(MemoryWorld())
    await idle.begin()
    idle.clock.advance(seconds: 2)
    await idle.loop.submit(.tick)
    #expect(await idle.test?.last?.text == "failed at sense: not reached within 2 s")

    let parts = try Parts(MemoryWorld(failing: true))
    let running = [
      Task { try await parts.outbox.run() }, Task { try await parts.scoring.run() },
    ]
    defer { for task in running { task.cancel() } }
    await parts.begin()
    await parts.wait(for: "the result") { await parts.test?.last != nil }
    #expect(await parts.test?.last?.deadStage == .record)
    #expect(parts.world.lines.isEmpty)
  }
}
