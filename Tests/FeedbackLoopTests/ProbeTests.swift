internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

extension Scenario {
  /// Whose `payments` and `users` can be probed.
  static func probed(_ policy: ResponsePolicy = Scenario.policy()) -> Scenario {
    Scenario(
      policy: policy, limits: LoopLimits(probed: Set(nodes.map { proxy($0) })))
  }

  /// What the log of a proxy says of a probe that began now.
  mutating func probe(_ node: String, isDenied: Bool = true) {
    give(
      .probed(
        ProbeSighting(action: Scenario.id, isDenied: isDenied, start: now),
        at: Scenario.proxy(node)))
  }

  mutating func settle() { now = now.adding(milliseconds: 600) }

  var details: [String] {
    effects.compactMap { if case .record(let entry) = $0 { entry.detail } else { nil } }
  }
}

struct ProbeTests {
  @Test("a burst followed by silence is proved by a probe at every proxy that can be asked")
  func silentSubject() {
    var scenario = Scenario.probed()
    scenario.reach("verifying")
    scenario.settle()
    scenario.probe("payments")
    #expect(scenario.stateName == "verifying")
    scenario.probe("users")
    #expect(scenario.stateName == "holding")
    #expect(scenario.action?.verdict == .effective)
    #expect(scenario.details.contains("payments denied a probe in its name"))
    #expect(
      scenario.details.contains(
        "3 of 3 proxies accepted it and 2 of them denied a probe in its name"))
  }

  @Test("a proxy that does not answer its probe in time speaks neither for nor against")
  func unreachable() {
    var scenario = Scenario.probed()
    scenario.reach("verifying")
    scenario.settle()
    scenario.probe("payments")
    scenario.wait(milliseconds: 1_300)
    #expect(scenario.stateName == "verifying")
    scenario.wait(milliseconds: 100)
    #expect(scenario.stateName == "holding")
  }

  @Test("a probe that is let through contradicts the effect, and its proxy is named")
  func leak() {
    var scenario = Scenario.probed()
    scenario.reach("verifying")
    scenario.settle()
    scenario.probe("payments")
    scenario.probe("users", isDenied: false)
    scenario.wait(milliseconds: 1_400)
    #expect(
      scenario.action?.verdict
        == .ineffective([
          Lack(
            rung: .behaviour, proxy: Scenario.proxy("users"), reason: "let a probe through")
        ]))
    scenario.wait(milliseconds: 2_000)
    // Where it works it stays.
    #expect(scenario.stateName == "holding")
  }

  @Test("where the subject's own proxy stops it, the others are asked before anything is proved")
  func ownWord() {
    var scenario = Scenario.probed()
    scenario.reach("verifying")
    scenario.stop(at: "reports")
    #expect(scenario.stateName == "verifying")
    scenario.settle()
    scenario.probe("payments")
    #expect(scenario.stateName == "verifying")
    scenario.probe("users")
    #expect(scenario.action?.verdict == .effective)

    var leaking = Scenario.probed()
    leaking.reach("verifying")
    leaking.stop(at: "reports")
    leaking.settle()
    for node in ["payments", "users"] { leaking.probe(node, isDenied: false) }
    leaking.wait(milliseconds: 1_400)
    leaking.wait(milliseconds: 2_000)
    #expect(leaking.stateName == "releasing")

    // Its word stands where nobody answers.
    var silent = Scenario.probed()
    silent.reach("verifying")
    silent.stop(at: "reports")
    silent.wait(milliseconds: 1_900)
    #expect(silent.stateName == "verifying")
    silent.wait(milliseconds: 100)
    #expect(silent.action?.verdict == .effective)
  }

  @Test("what traffic proved at one proxy, a probe disproves at another; it is told, not lifted")
  func laterLeak() {
    var scenario = Scenario.probed()
    scenario.reach("holding")
    scenario.settle()
    scenario.probe("users", isDenied: false)
    #expect(
      scenario.action?.verdict?.text == "ineffective: behaviour at users: let a probe through")
    #expect(scenario.stateName == "holding")
    #expect(scenario.effects.contains { if case .escalate = $0 { true } else { false } })
  }

  @Test("what speaks against an action later is told too, each once")
  func furtherLeaks() {
    var scenario = Scenario.probed()
    scenario.reach("holding")
    scenario.settle()
    scenario.probe("users", isDenied: false)
    scenario.probe("payments", isDenied: false)
    for isHeld in [false, true, false] {
      scenario.settle()
      scenario.give(
        .readback(
          Scenario.proxy("users"), actions: isHeld ? [Scenario.id] : [], askedAt: scenario.now))
    }
    #expect(scenario.effects.count { if case .escalate = $0 { true } else { false } } == 3)
    #expect(
      scenario.action?.verdict?.text
        == "ineffective: behaviour at payments: let a probe through; readback at users: the live"
        + " configuration lacks it; behaviour at users: let a probe through")
  }

  @Test("a probe at the subject's own proxy, or at one that joined late, proves nothing")
  func untrusted() {
    for isDenied in [true, false] {
      var scenario = Scenario.probed()
      scenario.reach("verifying")
      scenario.give(.reporting(Scenario.proxy("ghost"), isOpen: true))
      scenario.acknowledge("ghost")
      scenario.settle()
      scenario.probe("reports", isDenied: isDenied)
      scenario.probe("ghost", isDenied: isDenied)
      scenario.wait(milliseconds: 1_400)
      #expect(scenario.action?.verdict?.text.hasPrefix("inconclusive: behaviour: ") == true)
    }
  }

  @Test("a throttle has no probe")
  func throttle() {
    var scenario = Scenario.probed()
    scenario.reach("holding-throttle")
    let before = scenario.action
    scenario.settle()
    scenario.probe("payments")
    scenario.probe("users", isDenied: false)
    #expect(scenario.action == before)

    var fresh = Scenario.probed()
    fresh.detect(corroborated: 0)
    fresh.wait(milliseconds: 200)
    fresh.record()
    fresh.acknowledgeAll()
    fresh.settle()
    for node in Scenario.nodes { fresh.probe(node) }
    #expect(fresh.action?.stage.name == "throttle")
    #expect(fresh.stateName == "verifying")
  }

  @Test("a probe from before the stage was sent, or let through before a proxy settled, is nothing")
  func stale() {
    var scenario = Scenario.probed()
    scenario.reach("verifying")
    scenario.give(
      .probed(
        ProbeSighting(
          action: Scenario.id, isDenied: true, start: scenario.now.adding(milliseconds: -1)),
        at: Scenario.proxy("payments")))
    scenario.probe("payments", isDenied: false)
    scenario.give(
      .probed(
        ProbeSighting(action: ActionID(number: 7), isDenied: true, start: scenario.now),
        at: Scenario.proxy("payments")))
    #expect(scenario.action?.proxies.values.allSatisfy { $0.probe == nil } == true)
  }

  @Test("a probe that is still denied after the release was accepted keeps the release open")
  func lingering() {
    var scenario = Scenario.probed()
    scenario.reach("verifying-release-step")
    scenario.settle()
    scenario.probe("users")
    scenario.serve()
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.stateName == "verifying-release")
    #expect(
      scenario.action?.verdict?.text
        == "inconclusive: behaviour at users: still denies requests in its name")
    scenario.probe("users", isDenied: false)
    #expect(scenario.stateName == "holding")
  }

  @Test("where no traffic shows a release, the history says at how many proxies probes pass")
  func quietRelease() {
    var scenario = Scenario.probed()
    scenario.reach("verifying-release-step")
    scenario.settle()
    scenario.probe("users", isDenied: false)
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.stateName == "holding")
    #expect(
      scenario.details.last
        == "throttle in force; no traffic of it was seen, probes pass at 1 of them")
  }

  @Test("what a probe proved stays proved over a restart")
  func restart() throws {
    var before = Scenario.probed()
    before.reach("verifying")
    before.settle()
    for node in ["payments", "users"] { before.probe(node) }
    var after = Scenario.probed()
    after.effects += after.engine.restore(
      [try #require(before.action)], isPaused: false, at: after.now)
    after.acknowledgeAll()
    #expect(after.stateName == "holding")
  }

  @Test("the controller's own identity is never a subject")
  func own() {
    var scenario = Scenario(limits: LoopLimits(own: Scenario.identity("reports")))
    scenario.detect()
    guard case .closed(.refused(.protected), _) = scenario.action?.state else {
      Issue.record("state is \(scenario.stateName)")
      return
    }
  }
}
