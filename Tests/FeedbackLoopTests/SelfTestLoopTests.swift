internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// The self-test through the decision core: what it takes, what it tells, and what it leaves alone.
struct SelfTestLoopTests {
  @Test("the offender is found, cut off, proved and let go, and the history tells it")
  func passes() {
    var scenario = Scenario.testing()
    scenario.test(until: .release)
    #expect(scenario.testedState == "releasing")
    scenario.advanceTest(past: .release)
    #expect(scenario.results == ["passed in 5.7 s"])
    #expect(scenario.testedState == "released")
    let story = scenario.effects.compactMap { effect -> String? in
      if case .record(let entry) = effect { entry.event } else { nil }
    }
    #expect(
      story == [
        "intent", "applied", "verifying", "effective", "releasing", "verifying-release", "released",
        "self-test",
      ])
    #expect(
      scenario.effects.contains {
        if case .enforce(let plan, _) = $0 {
          plan.subject == Scenario.offender && plan.stage == .quarantine
        } else {
          false
        }
      })
    #expect(scenario.tested?.notAfter == scenario.tested?.proposedAt.adding(milliseconds: 60_000))
  }

  @Test("a stage that is dead is named", arguments: SelfTestStage.allCases)
  func deadStage(_ stage: SelfTestStage) {
    guard stage != .decide else { return }  // It is one step with the one before it.
    var scenario = Scenario.testing()
    scenario.test(until: stage)
    for _ in 0..<200 where scenario.results.isEmpty { scenario.wait(milliseconds: 100) }
    #expect(scenario.results.count == 1)
    #expect(
      scenario.results.first?.hasPrefix("failed at \(stage.rawValue): ") == true,
      "\(scenario.results)")
    // Whatever it left ends, and nothing of it is acted on again.
    for _ in 0..<700 { scenario.wait(milliseconds: 100) }
    #expect(scenario.tested?.state.isClosed ?? true)
    #expect(scenario.engine.openActions.isEmpty)
  }

  @Test("the reason is the world's own words, and names the proxies")
  func reasons() {
    func result(_ stage: SelfTestStage, _ events: (inout Scenario) -> Void) -> String? {
      var scenario = Scenario.testing()
      scenario.test(until: stage)
      events(&scenario)
      for _ in 0..<200 where scenario.results.isEmpty { scenario.wait(milliseconds: 100) }
      return scenario.results.first
    }
    #expect(
      result(.sense) {
        $0.give(.rehearsed($0.rehearsals[0], problem: "0 of 16 could be read"))
      } == "failed at sense: 0 of 16 could be read")
    #expect(
      result(.record) { $0.give(.recordFailed("disk full")) } == "failed at record: disk full")
    #expect(
      result(.act) {
        $0.acknowledge("payments")
        $0.acknowledge("reports")
        $0.acknowledge("users", .rejected("no such filter"))
      }?.hasPrefix("failed at act: inconclusive: accepted at users: rejected: no such filter")
        == true)
    #expect(
      result(.verify) { scenario in
        scenario.settle()
        for node in Scenario.nodes { scenario.probeTest(node, isDenied: node == "payments") }
      }
        == "failed at verify: ineffective: behaviour at reports: let a probe through; behaviour at"
        + " users: let a probe through")
    #expect(
      result(.release) {
        $0.acknowledge("payments")
      }
        == "failed at release: not reached within 15 s; inconclusive: accepted at reports: has not"
        + " acknowledged the release; accepted at users: has not acknowledged the release")
  }

  @Test("without a report, a proxy or a history a due test fails at once where that is missing")
  func nothingThere() {
    var silent = Scenario.testing()
    for node in Scenario.nodes { silent.give(.reporting(Scenario.proxy(node), isOpen: false)) }
    silent.test(until: .sense)
    #expect(silent.results == ["failed at sense: no proxy reports its access log"])

    var unsafe = Scenario.testing()
    unsafe.give(.recordFailed("disk full"))
    unsafe.test(until: .sense)
    #expect(unsafe.results == ["failed at record: Flyball has stopped acting: disk full"])

    var bare = Scenario(
      nodes: [],
      selfTest: SelfTestTerms(trustDomain: "shop.demo", everyMilliseconds: 600_000))
    let gateway = Scenario.proxy("ingress")
    bare.engine = LoopEngine(
      policies: [Scenario.policy()], limits: LoopLimits(gateways: [gateway.principal]),
      selfTest: SelfTestTerms(trustDomain: "shop.demo", everyMilliseconds: 600_000))
    bare.give(.reporting(gateway, isOpen: true))
    bare.test(until: .decide)
    #expect(
      bare.results == ["failed at act: no proxy is attached that could enforce it"])
    #expect(bare.tested == nil)
  }

  @Test("a proxy that can be asked and does not answer is named, though the test passes")
  func passesWithLacks() {
    var scenario = Scenario.testing()
    scenario.test(until: .verify)
    scenario.settle()
    scenario.give(
      .readback(
        Scenario.proxy("payments"), actions: Set(scenario.rehearsals), askedAt: scenario.now))
    scenario.probeTest("payments")
    scenario.probeTest("reports")
    for _ in 0..<60 { scenario.wait(milliseconds: 100) }
    scenario.advanceTest(past: .release)
    scenario.wait(milliseconds: 100)
    #expect(
      scenario.engine.selfTest?.last?.outcome
        == .passed(lacks: [
          Lack(
            rung: .readback, proxy: Scenario.proxy("reports"),
            reason: "its admin interface has not answered"),
          Lack(
            rung: .behaviour, proxy: Scenario.proxy("users"), reason: "has not answered its probe"),
          Lack(
            rung: .readback, proxy: Scenario.proxy("users"),
            reason: "its admin interface has not answered"),
        ]))
  }

  @Test("of more proxies than can be asked in time, none is named for not answering")
  func manyProxies() {
    for count in [97, 98] {
      var limits = LoopLimits()
      limits.probed = Set((0..<count).map { Scenario.proxy("p\($0)") })
      var scenario = Scenario.testing(limits: limits)
      for number in 0..<count {
        scenario.give(.reporting(Scenario.proxy("p\(number)"), isOpen: true))
        scenario.acknowledge("p\(number)")
      }
      scenario.test(until: .act)
      for number in 0..<count { scenario.acknowledge("p\(number)") }
      scenario.advanceTest(past: .act)
      scenario.advanceTest(past: .verify)
      for _ in 0..<60 { scenario.wait(milliseconds: 100) }
      #expect(scenario.testedState == "releasing")
      #expect(scenario.engine.selfTest?.run?.lacks.count == (count == 97 ? 97 : 0))
    }
  }

  @Test("a restart lets go of what a test had in force, and sends nothing for it")
  func restart() throws {
    for stage in SelfTestStage.allCases where stage > .decide {
      var scenario = Scenario.testing()
      scenario.test(until: stage)
      let stored = try #require(scenario.tested)
      var after = LoopEngine(policies: [Scenario.policy()], limits: LoopLimits())
      let effects = after.restore([stored], isPaused: false, at: scenario.now)
      #expect(
        effects.contains { if case .withdraw(stored.id, _) = $0 { true } else { false } })
      #expect(!effects.contains { if case .enforce = $0 { true } else { false } })
      guard stage < .release, case .releasing(let descent, _)? = after.actions[stored.id]?.state
      else { continue }
      #expect(descent == .final(.failed("Flyball stopped during the self-test")))
    }
  }
}
