internal import Actuators
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import Synchronization
internal import Telemetry
internal import Testing
internal import ThreatIntelligence

/// An action because of what feeds list, from the gateway's log to its end.
struct IndicatorReleaseTests {
  private struct World {
    let clock = StoppedClock()
    let memory = MemoryWorld()
    let gateway: ProxyID
    let lane: RuleLane
    let loop: Loop
    let scoring: Scoring
    let outbox: Outbox
    let pulse: Pulse

    init() throws {
      let clock = clock
      let principal = try SPIFFEID(parsing: "spiffe://shop.demo/ns/edge/sa/ingress")
      gateway = ProxyID(principal: principal, node: "ingress")
      var policy = ResponsePolicy(
        name: "listed", matches: [ScoreMatch(detector: .indicator, above: 0.8)],
        steps: [PolicyStep(stage: .quarantine)],
        revert: RevertTerms(ttlMilliseconds: 600_000, forMilliseconds: 3_000))
      policy.scope.clients = true
      let limits = LoopLimits(gateways: [principal])
      lane = try RuleLane(nil, gateways: [principal], secret: 1)
      let gate = PlanGate(limits, now: { clock.now })
      loop = Loop(
        engine: LoopEngine(policies: [policy], limits: limits), gate: gate, now: { clock.now })
      let ids = Mutex<UInt64>(0)
      scoring = Scoring(
        shardCount: 1, policies: [policy], rules: lane, loop: loop, secret: 1,
        now: { clock.now },
        newID: {
          ActionID(
            number: ids.withLock { id in
              id += 1
              return id
            })
        })
      outbox = Outbox(
        loop: loop, history: memory, actuator: memory, scoring: scoring, gate: gate)
      pulse = Pulse(loop: loop, scoring: scoring, now: { clock.now })
    }

    /// What a feed lists.
    func list(_ addresses: String...) async throws {
      let until = clock.now.adding(milliseconds: 86_400_000)
      let indicators = try addresses.map { address in
        Indicator(
          try #require(.init(target: address, subdomains: false)),
          provenance: Provenance(feed: "cti", id: "1"), confidence: 90, validFrom: clock.now,
          validUntil: until, endIsGiven: true)
      }
      await lane.replace(try IndicatorIndex(indicators, secret: 1, at: clock.now))
    }

    /// A request of the client that the gateway answers.
    func request(from address: String) {
      var texts: [UInt8] = []
      func add(_ bytes: some Collection<UInt8>) -> ByteRange {
        defer { texts += bytes }
        return ByteRange(start: UInt32(texts.count), count: UInt32(bytes.count))
      }
      var fields = RequestFields(method: .get, status: 200)
      fields.path = add("/".utf8)
      var entry = AccessLogEntry(.http)
      (entry.hasStart, entry.isEncrypted) = (true, true)
      entry.startSeconds = clock.now.second
      entry.status = 200
      entry.details = add("via_upstream".utf8)
      entry.upstreamCluster = add("web".utf8)
      entry.remoteAddress = add(AccessLogWriter.address(address.utf8))
      var writer = AccessLogWriter()
      writer.append(
        AccessLogRecord(entry, request: fields, metadata: EntryMetadata()),
        from: texts.span.bytes)
      var stream = AccessLogStream(
        reporter: gateway, listener: .ingress,
        attribution: Attribution(
          trustDomain: "shop.demo", services: ServiceMap(["web": gateway.principal])))
      let (batch, ledger) = stream.read(writer.message, receivedAt: clock.now)
      scoring.receive(batch, ledger)
    }

    /// The gateway takes what it got, and shows that it does.
    func obey() async {
      await loop.submit(
        .proxy(
          ProxyReport(
            proxy: gateway, isAttached: true, generation: memory.generation,
            filters: [.rbac: .accepted, .throttle: .accepted])))
      guard let action = await loop.snapshot.openActions.first else { return }
      let stage = memory.lines.last { $0.hasPrefix("apply") }
      await loop.submit(
        stage == "apply quarantine"
          ? .stopped(action.id, subject: action.subject, at: gateway, start: clock.now)
          : .served(action.subject, at: gateway, start: clock.now))
    }

    /// Lets time pass, a step after each of the pulse's, until the loop holds this; "none" is nothing.
    func pass(until stage: String) async {
      for _ in 0..<100 {
        let action = await loop.snapshot.openActions.first
        if stage == "none", action == nil { return }
        if action?.stage.name == stage, action?.state.name == "holding" { return }
        await obey()
        clock.advance(seconds: 6)
        await wait(for: "the pulse") { pulse.isBeating }
      }
      Issue.record("never came to \(stage)")
    }

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

  @Test("what meets an indicator again is acted on again, and what no longer does is released")
  func released() async throws {
    let world = try World()
    let running = [
      Task { try await world.outbox.run() }, Task { try await world.scoring.run() },
      Task { try await world.pulse.run() },
    ]
    defer { for task in running { task.cancel() } }
    await world.scoring.stream(of: world.gateway, isOpen: true)
    await world.obey()
    try await world.list("203.0.113.7")
    world.request(from: "198.51.100.1")
    world.request(from: "203.0.113.7")
    await world.wait(for: "the quarantine") { world.memory.lines.contains("apply quarantine") }
    let action = try #require(await world.loop.snapshot.openActions.first)
    #expect(action.subject.description.hasPrefix("203.0.113.7 at "))
    #expect(action.detection.indicator?.feed == "cti")
    // What led to it is answered by it, and what it stops says nothing.
    await world.pass(until: "throttle")
    #expect(world.memory.count("apply quarantine") == 1)
    // Let through, it meets the indicator again.
    world.request(from: "203.0.113.7")
    await world.wait(for: "the quarantine") { world.memory.count("apply quarantine") == 2 }
    #expect(await world.loop.snapshot.openActions.map(\.id) == [action.id])
    await world.pass(until: "none")
    #expect(world.memory.count("apply quarantine") == 2)
    #expect(world.memory.count("apply throttle") == 2)
    #expect(world.memory.lines.last { !$0.hasPrefix("record") } == "withdraw")
    await world.wait(for: "the record") { world.memory.lines.contains("record released") }
  }
}
