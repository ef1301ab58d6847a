internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct CollateralTests {
  private static func call(
    of caller: String, before: (UInt32, UInt32) = (0, 100), since: (UInt32, UInt32)
  ) -> NeighbourHealth {
    NeighbourHealth(
      caller: Scenario.identity(caller),
      before: RequestTally(failed: before.0, total: before.1),
      since: RequestTally(failed: since.0, total: since.1))
  }

  private static func holding(_ onHarm: VerifyTerms.OnHarm = .lessen) -> Scenario {
    var policy = Scenario.policy()
    policy.verify.onHarm = onHarm
    var scenario = Scenario(policy: policy)
    scenario.reach("holding")
    scenario.effects = []
    return scenario
  }

  private static let harm = [
    call(of: "payments", since: (20, 40)), call(of: "users", since: (30, 30)),
  ]

  @Test("a quarantine that harms two callers becomes a throttle, and says whom it harmed")
  func lessened() {
    var scenario = Self.holding()
    scenario.give(.neighbours(Scenario.identity("reports"), Self.harm))
    #expect(scenario.stateName == "releasing")
    #expect(scenario.action?.stage.name == "throttle")
    #expect(scenario.effects.contains { $0.isEnforce })
    guard case .record(let entry)? = scenario.effects.last(where: { $0.isRecord }) else {
      Issue.record("nothing recorded")
      return
    }
    #expect(
      entry.detail
        == "quarantine to throttle: 20 of 40 requests of payments to it fail, before 0 of 100;"
        + " 30 of 30 requests of users to it fail, before 0 of 100")
  }

  @Test("what was lessened is throttled at most, by this action and by the next")
  func ceiling() {
    var scenario = Self.holding()
    scenario.give(.neighbours(Scenario.identity("reports"), Self.harm))
    scenario.detect()
    #expect(scenario.action?.stage.name == "throttle")
    scenario.order(.revert(Scenario.id))
    scenario.acknowledgeAll()
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.serve()
    #expect(scenario.stateName == "released")
    scenario.now = scenario.now.adding(milliseconds: 20_000)
    scenario.detect(id: ActionID(number: 2))
    #expect(scenario.engine.actions[ActionID(number: 2)]?.stage.name == "throttle")
    #expect(scenario.engine.actions[ActionID(number: 2)]?.state.name == "recording")
  }

  @Test("a reroute that harms two callers becomes a throttle, and none is begun again by itself")
  func lessenedReroute() throws {
    let decoy = try #require(ClusterName(parsing: "decoy"))
    var scenario = Scenario(
      policy: Scenario.policy(steps: [PolicyStep(stage: .reroute(to: decoy))]))
    scenario.reach("verifying")
    scenario.give(
      .rerouted(
        Scenario.id, subject: Scenario.subject, at: Scenario.proxy("payments"),
        start: scenario.now))
    scenario.give(.neighbours(Scenario.identity("reports"), Self.harm))
    #expect(scenario.action?.stage.name == "throttle")
    #expect(scenario.stateName == "releasing")
    scenario.acknowledgeAll()
    scenario.settle()
    // At the caller's side an answer may still be a decoy's.
    scenario.serve(at: "reports")
    #expect(scenario.stateName == "verifying-release")
    scenario.serve()
    #expect(scenario.stateName == "holding")
    scenario.detect()
    #expect(scenario.action?.stage.name == "throttle")
    #expect(scenario.effects.compactMap(\.watch).last?.rerouted == [Scenario.subject])
  }

  @Test("a throttle is never taken back because callers of its subject fail")
  func throttleStays() {
    var scenario = Scenario()
    scenario.reach("holding-throttle")
    scenario.effects = []
    scenario.give(.neighbours(Scenario.identity("reports"), Self.harm))
    #expect(scenario.stateName == "holding")
    #expect(scenario.effects.contains { $0.isEscalation })
  }

  @Test("one caller alone cannot have an action lessened, however loud; a human is told, once")
  func oneCaller() {
    var scenario = Self.holding()
    for _ in 0..<10 { scenario.give(.neighbours(Scenario.identity("reports"), [Self.harm[1]])) }
    #expect(scenario.stateName == "holding")
    #expect(scenario.effects.count { $0.isEscalation } == 1)
  }

  @Test("a policy may keep what harms others; a human is told")
  func kept() {
    var scenario = Self.holding(.keep)
    scenario.give(.neighbours(Scenario.identity("reports"), Self.harm))
    #expect(scenario.stateName == "holding")
    #expect(scenario.effects.contains { $0.isEscalation })
  }

  @Test("few requests, callers that failed before, and a small rise show no harm")
  func noHarm() {
    for calls in [
      [Self.call(of: "payments", since: (19, 19)), Self.call(of: "users", since: (19, 19))],
      [
        Self.call(of: "payments", before: (90, 100), since: (40, 40)),
        Self.call(of: "users", before: (90, 100), since: (40, 40)),
      ],
      [
        Self.call(of: "payments", before: (0, 19), since: (40, 40)),
        Self.call(of: "users", before: (0, 19), since: (40, 40)),
      ],
      [Self.call(of: "payments", since: (10, 40)), Self.call(of: "users", since: (10, 40))],
    ] {
      var scenario = Self.holding()
      scenario.give(.neighbours(Scenario.identity("reports"), calls))
      #expect(scenario.stateName == "holding")
      #expect(!scenario.effects.contains { $0.isEscalation })
    }
  }

  @Test("what is on its way down is not blamed")
  func releasing() {
    var scenario = Self.holding()
    scenario.order(.revert(Scenario.id))
    scenario.effects = []
    scenario.give(.neighbours(Scenario.identity("reports"), Self.harm))
    #expect(scenario.effects.isEmpty)
  }
}
