internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// The self-test takes nothing from what is real, is held back by nothing of it, and makes room for it.
struct SelfTestExemptionTests {
  /// Caps that a single live action, or a single one in an hour, would exhaust.
  private static var tight: LoopLimits {
    LoopLimits(maxActive: 1, maxActivePercent: 1, maxActivePerNamespace: 1, maxActionsPerHour: 1)
  }

  private func isRefused(_ scenario: Scenario) -> Bool {
    if case .closed(.refused, _)? = scenario.action?.state { true } else { false }
  }

  @Test("a test in force, or shortly before, makes no cap refuse a real action")
  func takesNoRoom() {
    for stage in [SelfTestStage.record, .act, .verify, .release] {
      var scenario = Scenario.testing(limits: Self.tight)
      scenario.test(until: stage)
      scenario.detect()
      #expect(scenario.stateName == "recording", "\(stage)")
      scenario.record(Scenario.id)
      #expect(scenario.stateName == "applying", "\(stage)")
    }
    var after = Scenario.testing(limits: Self.tight)
    after.test(until: .release)
    after.advanceTest(past: .release)
    after.detect()
    #expect(!isRefused(after) && after.stateName == "recording")
  }

  @Test("no cap, protected pattern or refusal of a real action holds back a test")
  func needsNoRoom() throws {
    var limits = Self.tight
    limits.protected = [try SPIFFEPattern(parsing: "spiffe://shop.demo/flyball/*")]
    var scenario = Scenario.testing(limits: limits)
    scenario.give(.tick)
    scenario.reach("released")
    #expect(scenario.stateName == "released")
    scenario.wait(milliseconds: 30_000)
    #expect(scenario.rehearsals.count == 1)
    for stage in SelfTestStage.allCases { scenario.advanceTest(past: stage) }
    #expect(scenario.results.count == 1 && scenario.results[0].hasPrefix("passed"))
  }

  @Test("a test uses up neither the places of those that wait nor the count of refusals")
  func takesNoWaitingPlace() {
    var scenario = Scenario.testing()
    scenario.test(until: .score)
    var alone = Scenario.detection(corroborated: 0, at: scenario.now)
    alone.subject = Scenario.offender
    scenario.give(.detected(alone, id: ActionID(number: 7)))
    scenario.wait(milliseconds: 200)
    #expect(scenario.tested == nil)
    #expect(scenario.results.isEmpty)
    scenario.findOffender()
    #expect(scenario.testedState == "recording")
  }

  @Test(
    "a due test waits while anything real is open or waits, while paused, and under load",
    arguments: ["open", "waiting", "approval", "paused", "load"])
  func makesWay(_ why: String) {
    var scenario = Scenario.testing()
    scenario.give(.tick)
    switch why {
    case "open": scenario.reach("holding")
    case "approval": scenario.reach("awaiting-approval")
    case "paused": scenario.order(.pause)
    case "load": scenario.give(.load(.thinning))
    default: break
    }
    scenario.now = scenario.now.adding(milliseconds: 30_000)
    if why == "waiting" { scenario.detect(corroborated: 0) }
    scenario.give(.tick)
    #expect(scenario.rehearsals.isEmpty)
    #expect(scenario.engine.selfTest?.obstacle != nil)
    switch why {
    case "paused": scenario.order(.resume)
    case "load": scenario.give(.load(.normal))
    default: scenario.engine.policies = []
    }
    for _ in 0..<700 { scenario.wait(milliseconds: 1_000) }
    if why == "paused" || why == "load" { #expect(scenario.rehearsals.count >= 1) }
  }

  @Test("something real ends a test at once, and it sends nothing more until that is settled")
  func givesWay() {
    for stage in [SelfTestStage.act, .verify] {
      var scenario = Scenario.testing()
      scenario.test(until: stage)
      scenario.detect()
      #expect(scenario.results == ["broken off: action \(Scenario.id) is open"])
      scenario.effects = []
      scenario.record(Scenario.id)
      for _ in 0..<5 { scenario.wait(milliseconds: 100) }
      #expect(orders(scenario) == ["enforce \(Scenario.id)"])
      scenario.acknowledgeAll()
      scenario.stop()
      scenario.wait(milliseconds: 100)
      #expect(scenario.stateName == "holding")
      #expect(orders(scenario).count == 2)
      #expect(scenario.testedState == "releasing")
    }
  }

  @Test("an intent of a test that became durable after something real came is not carried out")
  func lateRecord() {
    var scenario = Scenario.testing()
    scenario.test(until: .record)
    scenario.detect()
    scenario.effects = []
    if let id = scenario.tested?.id { scenario.record(id) }
    #expect(orders(scenario).isEmpty)
    #expect(scenario.testedState == "refused")
  }

  @Test(
    "a test is neither watched, compared nor spent, and has no human look, however it ends",
    arguments: [true, false])
  func leavesScoringAlone(isProved: Bool) {
    var scenario = Scenario.testing()
    scenario.test(until: .verify)
    if isProved { scenario.advanceTest(past: .verify) }
    for _ in 0..<800 { scenario.wait(milliseconds: 100) }
    #expect(
      scenario.results.first?.hasPrefix("failed at \(isProved ? "release" : "verify")") == true)
    for effect in scenario.effects {
      switch effect {
      case .watch, .compare, .spend, .relearn, .escalate: Issue.record("\(effect)")
      case .record, .enforce, .withdraw, .rehearse, .tested: break
      }
    }
  }

  @Test("the offender is nothing without a test that waits for it, and only exactly that one")
  func onlyWhenAwaited() throws {
    var idle = Scenario.testing()
    idle.findOffender()
    #expect(idle.effects.isEmpty && idle.engine.actions.isEmpty)
    var off = Scenario()
    off.findOffender()
    #expect(off.effects.isEmpty && off.engine.actions.isEmpty)
    var other = Scenario.testing()
    other.test(until: .score)
    for text in ["flyball/self-test/place-1", "flyball/self-test/x"] {
      var detection = Scenario.detection(at: other.now)
      detection.subject = .workload(try SPIFFEID(parsing: "spiffe://shop.demo/\(text)"))
      other.give(.detected(detection, id: ActionID(number: 5)))
    }
    #expect(other.engine.actions.isEmpty)
    other.findOffender()
    other.findOffender()
    #expect(other.engine.actions.count == 1)
  }

  @Test("no operator's order or deploy names an identity of the self-test, and no proxy has one")
  func reserved() throws {
    var scenario = Scenario.testing()
    let identity = SPIFFEID.selfTest(in: "shop.demo")
    let proxy = ProxyID(principal: identity, node: "n")
    scenario.give(.reporting(proxy, isOpen: true))
    scenario.give(
      .proxy(ProxyReport(proxy: proxy, isAttached: true, generation: 0, filters: [:])))
    #expect(scenario.engine.proxies[proxy] == nil)
    let order = OperatorOrder(
      subject: .workload(identity), stage: .quarantine, ttlMilliseconds: 1_000, reason: "r")
    for command in [OperatorCommand.order(order, id: ActionID(number: 9)), .deploy(identity)] {
      #expect(throws: CommandRefusal.reserved) {
        try scenario.engine.handle(command, by: "alice", at: scenario.now)
      }
    }
  }

  @Test("an operator who takes a test back ends it, and that is no dead stage")
  func takenBack() throws {
    var scenario = Scenario.testing()
    scenario.test(until: .verify)
    scenario.order(.revert(try #require(scenario.tested).id))
    #expect(scenario.results == ["broken off: taken back by alice"])
    #expect(scenario.testedState == "releasing")
  }

  @Test("probes of a test are sent only where nothing else is open")
  func probes() throws {
    var scenario = Scenario.testing()
    scenario.test(until: .verify)
    let test = try #require(scenario.tested)
    let later = scenario.now.adding(milliseconds: 2_500)
    var schedule = ProbeSchedule(reachable: Set(Scenario.nodes.map { Scenario.proxy($0) }))
    #expect(schedule.next([test], at: later)?.action == test.id)
    var real = Scenario()
    real.reach("holding")
    let open = try #require(real.action)
    #expect(schedule.next([test, open], at: later)?.action != test.id)
  }

  @Test("an earlier test is forgotten when the next begins, and none is let go for a real one")
  func memory() {
    var scenario = Scenario.testing()
    scenario.test(until: .release)
    scenario.advanceTest(past: .release)
    let first = scenario.tested?.id
    scenario.wait(milliseconds: 600_000)
    #expect(scenario.rehearsals.count == 2)
    #expect(scenario.tested == nil)
    for stage in SelfTestStage.allCases { scenario.advanceTest(past: stage) }
    #expect(scenario.tested != nil && scenario.tested?.id != first)
    #expect(scenario.results.count == 2)
  }

  /// What was sent to the mesh, in order.
  private func orders(_ scenario: Scenario) -> [String] {
    scenario.effects.compactMap { effect in
      switch effect {
      case .enforce(let plan, _): "enforce \(plan.action)"
      case .withdraw(let id, _): "withdraw \(id)"
      case .record, .watch, .compare, .spend, .relearn, .rehearse, .tested, .escalate: nil
      }
    }
  }
}
