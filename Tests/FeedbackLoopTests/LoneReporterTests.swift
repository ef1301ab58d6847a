internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// What who holds one certificate can do by what its proxies say, and what they do not.
struct LoneReporterTests {
  private static let second = ActionID(number: 2)

  private func lasting(_ limits: LoopLimits = LoopLimits()) -> Scenario {
    var policy = Scenario.policy()
    policy.revert.ttlMilliseconds = 600_000
    return Scenario(policy: policy, limits: limits, nodes: Scenario.nodes + ["orders"])
  }

  @Test("a proxy that rejects with another text each time fills no history")
  func rejections() {
    var scenario = Scenario()
    scenario.reach("applying")
    scenario.effects = []
    for number in 0..<50 {
      scenario.acknowledge("users", .rejected("text \(number)"))
      scenario.acknowledge("users", .pending)
      scenario.acknowledge("users")
    }
    #expect(scenario.events == ["rejected", "accepted", "rejected", "rejected"])
    #expect(
      scenario.details.last == "users rejected it: text 2; what it says further is not written down"
    )
    // What it says counts all the same.
    scenario.acknowledge("users", .rejected("the last word"))
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.action?.verdict?.text.contains("rejected: the last word") == true)
  }

  @Test("what speaks against an action in force is told once, however often it comes and goes")
  func contradictions() {
    var scenario = lasting()
    scenario.reach("verifying")
    scenario.acknowledge("orders")
    scenario.stop()
    #expect(scenario.stateName == "holding")
    scenario.effects = []
    for _ in 0..<20 {
      for (present, absent) in [("orders", "users"), ("users", "orders")] {
        scenario.acknowledge(present)
        scenario.acknowledge(absent, filters: [])
        scenario.wait(milliseconds: 100)
      }
    }
    #expect(scenario.events == ["no-longer-effective", "contradicted"])
    #expect(scenario.effects.count { $0.isEscalation } == 2)
  }

  @Test("a release that one workload holds open takes no room from others, that of two does")
  func heldOpen() {
    for silent in [["users"], ["users", "orders"]] {
      var scenario = lasting(LoopLimits(maxActive: 1))
      scenario.reach("verifying")
      scenario.acknowledge("orders")
      scenario.stop()
      scenario.order(.revert(Scenario.id))
      for node in Scenario.nodes + ["orders"] where !silent.contains(node) {
        scenario.acknowledge(node)
      }
      let found = Scenario.detection("payments", at: scenario.now)
      scenario.give(.detected(found, id: ActionID(number: 3)))
      #expect(
        scenario.engine.actions[ActionID(number: 3)]?.state.name == "refused",
        "it has some time to confirm")
      scenario.wait(milliseconds: 61_000)
      #expect(scenario.stateName == "releasing")
      scenario.give(.detected(found, id: Self.second))
      #expect(
        scenario.engine.actions[Self.second]?.state.name
          == (silent.count == 1 ? "recording" : "refused"))
    }
  }

  @Test("past its deadline an action takes no room, whoever does not confirm")
  func pastDeadline() {
    var scenario = Scenario(limits: LoopLimits(maxActive: 1))
    scenario.reach("releasing-step")
    scenario.now = scenario.action?.notAfter.adding(milliseconds: 2_000) ?? scenario.now
    scenario.give(
      .detected(Scenario.detection("users", at: scenario.now), id: Self.second))
    #expect(scenario.engine.actions[Self.second]?.state.name == "recording")
  }

  @Test("where all proxies are of one workload, it is not believed against itself")
  func nobodyElse() throws {
    let gateway = Scenario.identity("ingress")
    var policy = Scenario.policy()
    policy.scope.clients = true
    var scenario = Scenario(
      policy: policy, limits: LoopLimits(gateways: [gateway]), nodes: ["ingress"])
    let twin = ProxyID(principal: gateway, node: "twin")
    func report(_ status: DeltaSession.Status) -> LoopInput {
      .proxy(
        ProxyReport(
          proxy: twin, isAttached: true, generation: scenario.action?.generation ?? 0,
          filters: [.rbac: status, .throttle: status, .route: status]))
    }
    scenario.give(.reporting(twin, isOpen: true))
    scenario.give(report(.accepted))
    let client = Subject.client(try #require(IPPrefix("203.0.113.7")), at: gateway)
    var found = Scenario.detection(corroborated: 0)
    found.subject = client
    found.witnesses = [gateway]
    scenario.give(.detected(found, id: Scenario.id))
    scenario.record()
    for _ in 0..<2 {
      scenario.acknowledge("ingress")
      scenario.give(report(.rejected("no")))
      scenario.give(
        .stopped(
          Scenario.id, subject: client, at: Scenario.proxy("ingress"), start: scenario.now))
      scenario.wait(milliseconds: 2_000)
    }
    #expect(scenario.stateName == "releasing")
  }

  @Test("one workload makes no stage of the loop dead: the test passes and names it")
  func selfTest() {
    var loud = Scenario.testing()
    loud.test(until: .verify)
    loud.settle()
    for node in Scenario.nodes {
      loud.give(
        .readback(Scenario.proxy(node), actions: Set(loud.rehearsals), askedAt: loud.now))
      loud.probeTest(node, isDenied: node != "users")
    }
    for _ in 0..<120 where loud.testedState != "releasing" { loud.wait(milliseconds: 100) }
    #expect(loud.events.contains("kept"))
    for node in Scenario.nodes { loud.acknowledge(node) }
    loud.wait(milliseconds: 5_000)
    #expect(loud.results.last?.hasPrefix("passed in ") == true)
    #expect(
      loud.results.last?.hasSuffix("missing: behaviour at users: let a probe through") == true)

    var mute = Scenario.testing()
    mute.test(until: .release)
    mute.acknowledge("payments")
    mute.acknowledge("reports")
    for _ in 0..<200 where mute.results.isEmpty { mute.wait(milliseconds: 100) }
    #expect(
      mute.results.last?.hasSuffix(
        "missing: accepted at users: has not acknowledged the release") == true)
    #expect(mute.engine.selfTest?.last?.remedy == SelfTestStage.act.remedy)
    #expect(mute.testedState == "releasing", "the release itself stays open")
  }

  @Test("who bears an identity that is kept for the self-test is told of once")
  func impersonated() {
    var scenario = Scenario()
    for _ in 0..<5 { scenario.give(.impersonated) }
    #expect(scenario.events == ["impersonated"])
    #expect(scenario.effects.count { $0.isEscalation } == 1)
    #expect(scenario.engine.isImpersonated)
  }
}
