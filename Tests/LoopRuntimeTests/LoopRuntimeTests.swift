internal import Actuators
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import ServiceLifecycle
internal import Synchronization
internal import Telemetry
internal import Testing

struct LoopRuntimeTests {
  private let policy = ResponsePolicy(
    name: "p", matches: [ScoreMatch(detector: .lateralMovement, above: 0.99)],
    steps: [PolicyStep(stage: .quarantine)], revert: RevertTerms(ttlMilliseconds: 60_000))

  private func identity(_ name: String) throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)")
  }

  /// Failed first contacts of `reports`, as both sides saw them.
  private func scan() throws -> [ObservationBatch] {
    let reports = try identity("reports")
    let called = [try identity("payments"), try identity("users")]
    return (0..<6).flatMap { index in
      let place = called[index % 2]
      return [(reports, place, Vantage.source), (place, reports, .destination)].map {
        reporter, peer, vantage in
        var batch = ObservationBatch(
          reporter: ProxyID(principal: reporter, node: ""), vantage: vantage)
        batch.append(
          at: Timestamp(seconds: 1_000), peer: .workload(peer), path: "/\(index)",
          .answered(status: 404))
        return batch
      }
    }
  }

  private func run(_ world: MemoryWorld) async throws -> LoopSnapshot {
    let clock = LoopClock()
    let gate = PlanGate(LoopLimits(), now: { clock.now() })
    let loop = Loop(
      engine: LoopEngine(policies: [policy], limits: LoopLimits()), gate: gate,
      now: { clock.now() })
    let ids = Mutex<UInt64>(0)
    let scoring = Scoring(
      shardCount: 2, policies: [policy], loop: loop, secret: 1, now: { clock.now() },
      newID: {
        ActionID(
          number: ids.withLock { id in
            id += 1
            return id
          })
      })
    let outbox = Outbox(loop: loop, history: world, actuator: world, scoring: scoring, gate: gate)
    let running = [Task { try await outbox.run() }, Task { try await scoring.run() }]
    defer { for task in running { task.cancel() } }
    for name in ["payments", "reports"] {
      let proxy = ProxyID(principal: try identity(name), node: "")
      await scoring.stream(of: proxy, isOpen: true)
      await loop.submit(
        .proxy(
          ProxyReport(
            proxy: proxy, isAttached: true, generation: 0, filters: [.rbac: .accepted])))
    }
    for batch in try scan() {
      var ledger = IngestLedger()
      ledger.countReceived(batch.observations.count)
      scoring.receive(batch, ledger)
    }
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      let snapshot = await loop.snapshot
      if snapshot.unsafe != nil || world.lines.contains("apply quarantine") { return snapshot }
      await Task.yield()
    }
    Issue.record("nothing happened within 10 s")
    return await loop.snapshot
  }

  @Test("from observations to the actuator, the intent is recorded first")
  func recordFirst() async throws {
    let world = MemoryWorld()
    _ = try await run(world)
    #expect(world.lines.first == "record intent")
    #expect(world.lines.contains("apply quarantine"))
  }

  @Test("when the store fails, nothing reaches the actuator and the loop says why it stopped")
  func storeFails() async throws {
    let world = MemoryWorld(failing: true)
    let snapshot = try await run(world)
    #expect(snapshot.unsafe?.contains("DiskFull") == true)
    #expect(world.lines.isEmpty)
  }
}
