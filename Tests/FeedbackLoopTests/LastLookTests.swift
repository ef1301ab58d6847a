internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// Rules that stand behind another rule which usually speaks first.
struct LastLookTests {
  private static let second = ActionID(number: 2)

  @Test("a subject without a score is not calm")
  func noScore() {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.wait(milliseconds: 10_000)
    scenario.wait(milliseconds: 10_000)
    #expect(scenario.stateName == "holding")
  }

  @Test("a corroborated score with one witness quarantines nobody")
  func oneWitness() {
    var scenario = Scenario()
    var detection = Scenario.detection()
    detection.witnesses = [Scenario.identity("payments")]
    scenario.give(.detected(detection, id: Scenario.id))
    #expect(scenario.action == nil)
    scenario.wait(milliseconds: 150)
    #expect(scenario.action?.stage.name == "throttle")
  }

  @Test("a detection that waited is not proposed beside an action that an operator began meanwhile")
  func waitedForNothing() {
    var scenario = Scenario()
    scenario.detect(corroborated: 0, id: Self.second)
    scenario.order(
      .order(
        OperatorOrder(
          subject: Scenario.subject, stage: .quarantine, ttlMilliseconds: 60_000, reason: "test"),
        id: Scenario.id))
    scenario.wait(milliseconds: 150)
    #expect(scenario.engine.openActions.map(\.id) == [Scenario.id])
  }

  @Test("an intent whose policy was removed before it was durable is not carried out")
  func policyRemoved() {
    var scenario = Scenario()
    scenario.reach("recording")
    scenario.engine.policies = []
    scenario.effects = []
    scenario.record()
    #expect(scenario.action?.state == .closed(.refused(.policyRemoved), at: scenario.now))
    #expect(!scenario.effects.contains { $0.isEnforce })
  }

  @Test("stepping up again after a step down is a relapse")
  func relapseIsCounted() {
    var scenario = Scenario()
    scenario.reach("holding-throttle")
    scenario.detect()
    #expect(scenario.action?.course.relapses == 1)
  }

  @Test("an action against who became protected while Flyball was down is withdrawn")
  func protectedMeanwhile() throws {
    var before = Scenario()
    before.reach("holding")
    var limits = LoopLimits()
    limits.protected = [try SPIFFEPattern(parsing: "spiffe://shop.demo/ns/shop/sa/reports")]
    var after = LoopEngine(policies: [Scenario.policy()], limits: limits)
    let effects = after.restore(
      [try #require(before.action)], isPaused: false, at: before.now)
    #expect(effects.contains { $0.isWithdraw })
    #expect(!effects.contains { $0.isEnforce })
  }

  @Test("what a proxy says of an earlier content is no acceptance of the present one")
  func earlierContent() {
    var scenario = Scenario()
    scenario.reach("applying")
    for node in Scenario.nodes {
      scenario.give(
        .proxy(
          ProxyReport(
            proxy: Scenario.proxy(node), isAttached: true, generation: 0,
            filters: [.rbac: .accepted, .throttle: .accepted, .route: .accepted])))
    }
    #expect(scenario.stateName == "applying")
  }

  @Test("a proxy that went away and came back has accepted nothing yet")
  func cameBack() {
    var scenario = Scenario()
    scenario.reach("verifying")
    let proxy = Scenario.proxy("payments")
    scenario.give(
      .proxy(ProxyReport(proxy: proxy, isAttached: false, generation: 0, filters: [:])))
    #expect(scenario.action?.proxies[proxy]?.acceptedAt == nil)
    scenario.stop(at: "users")
    #expect(scenario.stateName == "verifying")
  }

  @Test("a live configuration that still holds the action keeps its release open")
  func stillHeld() {
    var scenario = Scenario()
    scenario.reach("verifying-release")
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.give(
      .readback(Scenario.proxy("users"), actions: [Scenario.id], askedAt: scenario.now))
    scenario.serve()
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.stateName == "verifying-release")
    #expect(scenario.action?.verdict?.text.contains("live configuration still holds it") == true)
  }

  @Test("a release is accepted by a proxy when each of its filters is")
  func everyFilter() {
    var scenario = Scenario()
    scenario.reach("releasing")
    scenario.acknowledge("reports")
    scenario.acknowledge("users")
    scenario.give(
      .proxy(
        ProxyReport(
          proxy: Scenario.proxy("payments"), isAttached: true,
          generation: scenario.action?.generation ?? 0,
          filters: [.rbac: .pending, .throttle: .accepted])))
    #expect(scenario.stateName == "releasing")
    scenario.acknowledge("payments")
    #expect(scenario.stateName == "verifying-release")
  }

  @Test("while a step up is being recorded, what the stage in force does is still an echo")
  func echoWhileRecording() {
    var scenario = Scenario()
    scenario.detect(corroborated: 0)
    scenario.wait(milliseconds: 150)
    scenario.record()
    scenario.acknowledgeAll()
    scenario.stop(by: nil)
    scenario.wait(milliseconds: 20_000)
    scenario.effects = []
    scenario.detect()
    #expect(scenario.stateName == "recording")
    let watch = scenario.effects.compactMap { effect -> Watch? in
      if case .watch(let watch) = effect { watch } else { nil }
    }.last
    #expect(watch?.limited == [Scenario.subject])
    #expect(watch?.denied == [Scenario.subject])
  }

  @Test("a proxy that is not asked cannot tell of a probe")
  func madeUpProbe() {
    var scenario = Scenario()
    scenario.reach("verifying")
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.give(
      .probed(
        ProbeSighting(action: Scenario.id, isDenied: true, start: scenario.now),
        at: Scenario.proxy("payments")))
    #expect(scenario.stateName == "verifying")
    #expect(scenario.action?.proxies[Scenario.proxy("payments")]?.probe == nil)
  }

  @Test("proxies that went away speak against nothing that the others enforce")
  func goneAgainst() {
    let nodes = Scenario.nodes + ["orders", "frontend"]
    var scenario = Scenario(nodes: nodes)
    scenario.reach("applying")
    for node in Scenario.nodes { scenario.acknowledge(node) }
    for node in ["orders", "frontend"] {
      scenario.give(
        .proxy(
          ProxyReport(
            proxy: Scenario.proxy(node), isAttached: false, generation: 0, filters: [:])))
    }
    scenario.stop()
    for _ in 0..<3 { scenario.wait(milliseconds: 2_000) }
    #expect(scenario.stateName == "holding")
  }
}
