internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct VerificationTests {
  @Test("acknowledgements alone are never success")
  func acknowledgementIsNotProof() {
    var scenario = Scenario()
    scenario.reach("verifying")
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.action?.verdict?.text.contains("behaviour") == true)
    scenario.acknowledgeAll()
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.stateName == "releasing")
    #expect(scenario.effects.contains { if case .escalate = $0 { true } else { false } })
  }

  @Test("a rejection makes it inconclusive and names the proxy and the reason")
  func rejection() {
    var scenario = Scenario()
    scenario.reach("applying")
    for _ in 0..<2 {
      scenario.acknowledge("payments")
      scenario.acknowledge("reports")
      scenario.acknowledge("users", .rejected("wrong type"))
      scenario.stop()
      scenario.wait(milliseconds: 2_000)
    }
    guard case .inconclusive(let lacks) = scenario.action?.verdict else {
      Issue.record("verdict is \(String(describing: scenario.action?.verdict))")
      return
    }
    #expect(lacks.map(\.text) == ["accepted at users: rejected: wrong type"])
  }

  @Test("a proxy without the filter makes it ineffective and is named")
  func missingFilter() {
    var scenario = Scenario()
    scenario.reach("applying")
    for _ in 0..<2 {
      scenario.acknowledge("payments")
      scenario.acknowledge("reports")
      scenario.acknowledge("users", filters: [])
      scenario.stop()
      scenario.wait(milliseconds: 2_000)
    }
    guard case .ineffective(let lacks) = scenario.action?.verdict else {
      Issue.record("verdict is \(String(describing: scenario.action?.verdict))")
      return
    }
    #expect(lacks.map(\.proxy) == [Scenario.proxy("users")])
  }

  @Test("a request let through after acceptance contradicts the effect")
  func leak() {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.serve(at: "users")
    #expect(scenario.action?.verdict?.text.hasPrefix("ineffective: behaviour at users") == true)
    #expect(scenario.effects.contains { if case .escalate = $0 { true } else { false } })
    // What holds elsewhere is not lifted for it.
    scenario.wait(milliseconds: 10_000)
    #expect(scenario.stateName == "holding")
  }

  @Test("a leak is not forgotten by trying again")
  func lastingLeak() {
    var scenario = Scenario()
    scenario.reach("verifying")
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.serve(at: "users")
    scenario.stop()
    scenario.wait(milliseconds: 2_000)
    scenario.acknowledgeAll()
    #expect(scenario.stateName == "verifying")
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.stateName == "holding")
    #expect(scenario.action?.verdict?.text.contains("users") == true)
  }

  @Test("what works elsewhere is not lifted on one workload's word, but on that of two")
  func oneAgainstAll() {
    for (faulty, state) in [(["users"], "holding"), (["orders", "users"], "releasing")] {
      for status in [DeltaSession.Status.rejected("no"), .pending] {
        var scenario = Scenario(nodes: Scenario.nodes + ["orders"])
        scenario.reach("applying")
        for _ in 0..<2 {
          for node in ["payments", "reports", "orders", "users"] {
            scenario.acknowledge(node, faulty.contains(node) ? status : .accepted)
          }
          scenario.stop()
          scenario.wait(milliseconds: 2_000)
        }
        #expect(scenario.stateName == state)
      }
    }
  }

  @Test("nothing is kept for an effect that only who speaks against it has shown")
  func shownByTheAccused() {
    var scenario = Scenario()
    scenario.reach("verifying")
    for _ in 0..<2 {
      scenario.now = scenario.now.adding(milliseconds: 600)
      scenario.serve(at: "users")
      scenario.stop(at: "users")
      scenario.wait(milliseconds: 2_000)
      scenario.acknowledgeAll()
    }
    #expect(scenario.stateName == "verifying-release")
  }

  @Test("a proxy that joined late proves nothing")
  func lateWitness() {
    var scenario = Scenario()
    scenario.reach("applying")
    scenario.give(.reporting(Scenario.proxy("ghost"), isOpen: true))
    scenario.acknowledgeAll()
    scenario.acknowledge("ghost")
    scenario.stop(at: "ghost")
    #expect(scenario.stateName == "verifying")
  }

  @Test("a proof names as many proxies as accepted, of all that are known")
  func proofCounts() {
    var scenario = Scenario()
    scenario.reach("applying")
    scenario.give(.reporting(Scenario.proxy("ghost"), isOpen: true))
    scenario.acknowledgeAll()
    scenario.stop()
    #expect(scenario.details.contains("accepted by all 3 proxies"))
    #expect(scenario.details.contains("3 of 4 proxies accepted it and its effect was seen"))
  }

  @Test("the subject's own proxy is believed only where another would tell of what passes it")
  func ownWitness() {
    var seen = Scenario()
    seen.reach("verifying")
    seen.stop(at: "reports")
    #expect(seen.action?.verdict == .effective)
    #expect(
      seen.details.contains(
        "3 of 3 proxies accepted it and the subject's own say that they stop it"))

    var unseen = Scenario()
    unseen.reach("verifying")
    for node in ["payments", "users"] {
      unseen.give(.reporting(Scenario.proxy(node), isOpen: false))
    }
    unseen.stop(at: "reports")
    unseen.wait(milliseconds: 2_000)
    #expect(
      unseen.action?.verdict?.text
        == "inconclusive: behaviour: no request was seen stopped in its name: only the subject's own"
        + " proxies say so, and no other reports its log (1 of 3)")
  }

  @Test("a reroute is not proved by the subject's own proxy")
  func ownReroute() throws {
    let decoy = try #require(ClusterName(parsing: "decoy"))
    var scenario = Scenario(
      policy: Scenario.policy(steps: [PolicyStep(stage: .reroute(to: decoy))]))
    scenario.reach("verifying")
    scenario.give(
      .rerouted(
        Scenario.id, subject: Scenario.subject, at: Scenario.proxy("reports"),
        start: scenario.now))
    #expect(scenario.stateName == "verifying")
  }

  @Test("a gateway that takes our filters has to prove what it is sent, another is not asked")
  func gateways() {
    for takesFilters in [true, false] {
      var scenario = Scenario(limits: LoopLimits(gateways: [Scenario.identity("ingress")]))
      scenario.give(.reporting(Scenario.proxy("ingress"), isOpen: true))
      if takesFilters { scenario.acknowledge("ingress") }
      scenario.reach("verifying")
      scenario.stop()
      #expect(scenario.stateName == (takesFilters ? "applying" : "holding"))
      if takesFilters {
        scenario.acknowledge("ingress")
        scenario.detach("ingress")
        #expect(scenario.action?.proxies[Scenario.proxy("ingress")]?.attached == false)
      }
      #expect(scenario.action?.verdict == .effective)
    }
  }

  @Test("neither a proxy that joins late nor the subject's own can spoil a proof")
  func spoilers() {
    var scenario = Scenario()
    scenario.reach("applying")
    scenario.give(.reporting(Scenario.proxy("ghost"), isOpen: true))
    scenario.acknowledge("payments")
    scenario.acknowledge("users")
    scenario.acknowledge("reports", .rejected("mine"))
    scenario.stop()
    #expect(scenario.stateName == "holding")
    #expect(scenario.action?.verdict == .effective)
    scenario.acknowledge("ghost", filters: [])
    #expect(scenario.action?.verdict == .effective)
  }

  @Test("a denial from before the stage was sent proves nothing of it")
  func staleProof() {
    var scenario = Scenario()
    scenario.reach("verifying")
    scenario.give(
      .stopped(
        Scenario.id, subject: Scenario.subject, at: Scenario.proxy("payments"),
        start: scenario.now.adding(milliseconds: -1)))
    #expect(scenario.stateName == "verifying")
  }

  @Test("requests that began before a proxy settled prove nothing")
  func settling() {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.serve(at: "users")
    #expect(scenario.stateName == "holding")
  }

  @Test("where the policy keeps it, an unproved action stays until its deadline")
  func keeps() {
    var scenario = Scenario(policy: Scenario.policy(onFailure: .keep))
    scenario.reach("verifying")
    scenario.wait(milliseconds: 2_000)
    scenario.acknowledgeAll()
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.stateName == "holding")
    scenario.wait(milliseconds: 60_000)
    #expect(scenario.stateName == "releasing")
  }
}
