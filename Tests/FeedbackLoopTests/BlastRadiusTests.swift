internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct BlastRadiusTests {
  private static func second(_ scenario: Scenario) -> ActionState? {
    scenario.engine.actions[ActionID(number: 2)]?.state
  }

  private static func acting(
    _ limits: LoopLimits, _ guardrails: PolicyGuardrails = PolicyGuardrails(),
    nodes: [String] = Scenario.nodes
  ) -> Scenario {
    var policy = Scenario.policy()
    policy.guardrails = guardrails
    return Scenario(policy: policy, limits: limits, nodes: nodes)
  }

  @Test("a share of the workloads is the most that may be acted on, but one always may")
  func percent() {
    var scenario = Self.acting(LoopLimits(maxActivePercent: 34))
    scenario.detect()
    #expect(scenario.stateName == "recording")
    scenario.give(.detected(Scenario.detection("users"), id: ActionID(number: 2)))
    #expect(
      Self.second(scenario) == .closed(.refused(.maxActivePercent(34, of: 3)), at: scenario.now))
  }

  @Test("the share is of what could be acted on: protected workloads and gateways do not count")
  func denominator() throws {
    let pattern = try SPIFFEPattern(parsing: "spiffe://shop.demo/ns/shop/sa/ops*")
    var scenario = Self.acting(
      LoopLimits(maxActivePercent: 50, protected: [pattern]),
      nodes: Scenario.nodes + ["ops1", "ops2", "ops3"])
    scenario.detect()
    scenario.give(.detected(Scenario.detection("users"), id: ActionID(number: 2)))
    #expect(
      Self.second(scenario) == .closed(.refused(.maxActivePercent(50, of: 3)), at: scenario.now))
  }

  @Test("a namespace has a limit of its own")
  func namespace() {
    var scenario = Self.acting(LoopLimits(maxActivePercent: 100, maxActivePerNamespace: 1))
    scenario.detect()
    scenario.give(.detected(Scenario.detection("users"), id: ActionID(number: 2)))
    #expect(
      Self.second(scenario)
        == .closed(.refused(.namespaceMaxActive("shop", limit: 1)), at: scenario.now))
  }

  @Test("only so many actions start in an hour, however short they are")
  func hourly() {
    var scenario = Self.acting(LoopLimits(maxActivePercent: 100, maxActionsPerHour: 1))
    scenario.reach("released")
    scenario.give(.detected(Scenario.detection("users"), id: ActionID(number: 2)))
    #expect(
      Self.second(scenario) == .closed(.refused(.maxActionsPerHour(limit: 1)), at: scenario.now))
    scenario.now = scenario.now.adding(milliseconds: 3_600_000)
    scenario.give(.detected(Scenario.detection("users"), id: ActionID(number: 3)))
    #expect(scenario.engine.actions[ActionID(number: 3)]?.state.name == "recording")
  }

  @Test("what began by itself counts for the hour, although an operator's order took it over")
  func takenOver() {
    var scenario = Self.acting(LoopLimits(maxActivePercent: 100, maxActionsPerHour: 1))
    scenario.reach("holding")
    scenario.order(.revert(Scenario.id))
    let order = OperatorOrder(
      subject: Scenario.subject, stage: .quarantine, ttlMilliseconds: 1_000, reason: "stolen key")
    scenario.order(.order(order, id: ActionID(number: 9)))
    #expect(scenario.stateName == "recording")
    scenario.give(.detected(Scenario.detection("users"), id: ActionID(number: 2)))
    #expect(
      Self.second(scenario) == .closed(.refused(.maxActionsPerHour(limit: 1)), at: scenario.now))
  }

  @Test("what an operator ordered from the first uses up no budget of the hour")
  func ordered() {
    var scenario = Self.acting(LoopLimits(maxActivePercent: 100, maxActionsPerHour: 1))
    let order = OperatorOrder(
      subject: Scenario.subject, stage: .quarantine, ttlMilliseconds: 1_000, reason: "stolen key")
    for _ in 0..<2 {
      scenario.order(.order(order, id: Scenario.id))
      scenario.record()
      scenario.acknowledgeAll()
      scenario.order(.revert(Scenario.id))
    }
    scenario.give(.detected(Scenario.detection("users"), id: ActionID(number: 2)))
    #expect(Self.second(scenario)?.name == "recording")
  }

  @Test(
    "a subject that carries much of the mesh's traffic is left to a human, and in words of percent")
  func trafficShare() {
    var scenario = Self.acting(LoopLimits(), PolicyGuardrails(maxTrafficShare: 0.1))
    var detection = Scenario.detection()
    detection.trafficShare = 0.25
    scenario.give(.detected(detection, id: Scenario.id))
    #expect(
      scenario.action?.state
        == .closed(.refused(.trafficShare(percent: 25, limit: 10)), at: scenario.now))
    detection.trafficShare = 0.05
    scenario.give(.detected(detection, id: ActionID(number: 2)))
    #expect(Self.second(scenario)?.name == "recording")
  }

  @Test("a policy that keeps endpoints healthy throttles where it would quarantine")
  func healthyEndpoints() {
    var scenario = Self.acting(LoopLimits(), PolicyGuardrails(minHealthyEndpoints: 1))
    scenario.detect()
    #expect(scenario.action?.stage == .throttle(Rate(perSecond: 50, burst: 50)))
    scenario.record()
    scenario.effects = []
    for number: UInt64 in 3...9 { scenario.detect(id: ActionID(number: number)) }
    #expect(scenario.action?.stage.name == "throttle")
    #expect(scenario.events.isEmpty)
  }

  @Test("where the share of traffic is limited and unknown, a human is asked")
  func unknownShare() {
    var scenario = Self.acting(LoopLimits(), PolicyGuardrails(maxTrafficShare: 0.1))
    scenario.detect()
    #expect(scenario.stateName == "awaiting-approval")
  }

  @Test("one reporter alone brings about three actions in an hour, and uses up nobody's budget")
  func soleWitness() {
    var scenario = Self.acting(LoopLimits(maxActivePercent: 100, maxActionsPerHour: 1))
    var started = 0
    for number: UInt64 in 1...10 {
      let id = ActionID(number: number)
      var detection = Scenario.detection("made-up-\(number)", corroborated: 0)
      detection.witnesses = [Scenario.identity("payments")]
      scenario.give(.detected(detection, id: id))
      scenario.wait(milliseconds: 150)
      guard scenario.engine.actions[id]?.state.name == "recording" else { continue }
      started += 1
      scenario.record(id)
      scenario.order(.revert(id))
      scenario.acknowledgeAll()
      scenario.wait(milliseconds: 3_000)
      #expect(scenario.engine.actions[id]?.state.isClosed ?? false)
    }
    #expect(started == 3)
    scenario.detect(id: ActionID(number: 99))
    #expect(scenario.engine.actions[ActionID(number: 99)]?.state.name == "recording")
  }

  @Test("reporters that speak alone have half of what may be live, together")
  func soleWitnesses() {
    let names = (0..<10).map { "w\($0)" }
    var scenario = Self.acting(
      LoopLimits(maxActive: 4, maxActivePercent: 100), nodes: Scenario.nodes + names)
    for (index, name) in names.enumerated() {
      var detection = Scenario.detection("made-up-\(index)", corroborated: 0)
      detection.witnesses = [Scenario.identity(name)]
      scenario.give(.detected(detection, id: ActionID(number: UInt64(index + 1))))
    }
    scenario.wait(milliseconds: 150)
    #expect(scenario.engine.actions.values.count { $0.state.name == "recording" } == 2)
    scenario.detect(id: ActionID(number: 99))
    #expect(scenario.engine.actions[ActionID(number: 99)]?.state.name == "recording")
  }

  @Test("a thousand alarms start no more than the budget, and all others are refused with a reason")
  func thousandAlarms() {
    let names = (0..<1_000).map { "w\($0)" }
    var scenario = Self.acting(LoopLimits(maxActive: 5), nodes: names)
    for (index, name) in names.enumerated() {
      scenario.give(.detected(Scenario.detection(name), id: ActionID(number: UInt64(index + 1))))
    }
    for id in scenario.engine.actions.keys.sorted() { scenario.record(id) }
    #expect(scenario.effects.count { $0.isEnforce } == 5)
    let refused = scenario.engine.actions.values.filter { $0.state.name == "refused" }
    #expect(
      refused.allSatisfy {
        $0.state == .closed(.refused(.maxActive(limit: 5)), at: scenario.now)
      })
    // A flood of alarms is no flood of records.
    #expect(refused.count == 100)
    #expect(scenario.effects.contains { $0.isEscalation })
  }

  @Test("no cap holds back a release")
  func release() {
    var scenario = Self.acting(LoopLimits(maxActivePercent: 34, maxActionsPerHour: 1))
    scenario.reach("holding")
    scenario.effects = []
    scenario.order(.revertAll)
    #expect(scenario.effects.contains { $0.isWithdraw })
  }
}
