internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// Reroute and tighten-mtls, beside what throttle and quarantine have in common with them.
struct KindsTests {
  private static let decoy = ClusterName(parsing: "decoy")
  private static let rate = Rate(perSecond: 5, burst: 5)
  private static let tightening = Scenario.id.sibling(1)

  private func reroute() throws -> PolicyStep {
    PolicyStep(stage: .reroute(to: try #require(Self.decoy)))
  }

  /// To the proof, which is still missing.
  private func sent(_ steps: [PolicyStep]) -> Scenario {
    var scenario = Scenario(policy: Scenario.policy(steps: steps))
    scenario.reach("verifying")
    return scenario
  }

  private func rerouted(_ scenario: inout Scenario, at node: String = "payments") {
    scenario.give(
      .rerouted(
        Scenario.id, subject: Scenario.subject, at: Scenario.proxy(node), start: scenario.now))
  }

  @Test("a reroute is proved by a request that the cluster answered, and by no denial")
  func rerouteProof() throws {
    var scenario = sent([try reroute()])
    scenario.stop()
    scenario.stop(by: nil)
    #expect(scenario.stateName == "verifying")
    rerouted(&scenario)
    #expect(scenario.stateName == "holding")
    #expect(scenario.action?.verdict == .effective)
  }

  @Test("a quarantine is not proved by a request that went elsewhere")
  func rerouteNoProof() {
    var scenario = sent([PolicyStep(stage: .quarantine)])
    rerouted(&scenario)
    #expect(scenario.stateName == "verifying")
  }

  @Test("a proxy that cannot reroute is named: without the filter, or without the route")
  func unable() throws {
    var scenario = Scenario(policy: Scenario.policy(steps: [try reroute()], onFailure: .keep))
    scenario.reach("applying")
    for _ in 0..<2 {
      scenario.acknowledgeAll()
      scenario.acknowledge("users", filters: [.rbac, .throttle])
      rerouted(&scenario)
      scenario.now = scenario.now.adding(milliseconds: 600)
      scenario.serve(at: "payments")
      scenario.wait(milliseconds: 2_000)
    }
    guard case .ineffective(let lacks) = scenario.action?.verdict else {
      Issue.record("verdict is \(String(describing: scenario.action?.verdict))")
      return
    }
    #expect(
      lacks.map(\.text) == [
        "behaviour at payments: let a request of the subject through: it may have no route to decoy",
        "accepted at users: does not subscribe to flyball.route",
      ])
  }

  @Test("steps rise from throttle over reroute to quarantine, each after its hold")
  func ladder() throws {
    var scenario = Scenario(
      policy: Scenario.policy(
        steps: [
          PolicyStep(stage: .throttle(Self.rate), holdSeconds: 2), try reroute(),
          PolicyStep(stage: .quarantine),
        ]))
    scenario.reach("verifying")
    scenario.stop(by: nil)
    scenario.detect()
    #expect(scenario.action?.stage.name == "throttle")
    scenario.now = scenario.now.adding(milliseconds: 2_000)
    scenario.detect()
    scenario.record()
    scenario.acknowledgeAll()
    rerouted(&scenario)
    #expect(scenario.action?.stage.name == "reroute")
    #expect(scenario.stateName == "holding")
    scenario.now = scenario.now.adding(milliseconds: 50_000)
    scenario.detect()
    #expect(scenario.action?.stage.name == "reroute")
    scenario.now = scenario.now.adding(milliseconds: 9_000)
    scenario.engine.policies[0].steps[1].holdSeconds = 50
    scenario.detect()
    #expect(scenario.action?.stage == .quarantine)
  }

  @Test("a reroute is released to nothing, and only when no request goes elsewhere any more")
  func rerouteRelease() throws {
    var scenario = sent([try reroute()])
    rerouted(&scenario)
    scenario.calm()
    scenario.now = scenario.now.adding(milliseconds: 3_000)
    scenario.calm()
    #expect(
      scenario.effects.last == .withdraw(Scenario.id, generation: 2)
        || scenario.stateName == "releasing")
    scenario.acknowledgeAll()
    scenario.now = scenario.now.adding(milliseconds: 600)
    rerouted(&scenario, at: "users")
    scenario.serve()
    scenario.wait(milliseconds: 2_000)
    #expect(
      scenario.action?.verdict?.text
        == "inconclusive: behaviour at users: still sends requests elsewhere in its name")
    scenario.serve(at: "users")
    #expect(scenario.stateName == "released")
  }

  @Test("answers that a decoy may have given are watched until a while after the action's end")
  func decoysAnswers() throws {
    var scenario = sent([try reroute()])
    rerouted(&scenario)
    let first = scenario.effects.compactMap(\.watch).last
    #expect(first?.rerouted == [Scenario.subject] && first?.pressed == [Scenario.subject])
    scenario.reachBaseline()
    // What it stopped, and what the decoy answered, may still be reported.
    #expect(
      scenario.effects.compactMap(\.watch).last
        == Watch(
          denied: [Scenario.subject], limited: [Scenario.subject], rerouted: [Scenario.subject]))
    #expect(scenario.wait(milliseconds: 10_000) == [.watch(Watch())])
  }

  /// A tightening that waits for acknowledgements.
  private func tightening() -> Scenario {
    var scenario = Scenario(policy: Scenario.policy(steps: [PolicyStep(stage: .tightenMTLS)]))
    scenario.detect()
    scenario.record(Self.tightening)
    return scenario
  }

  private func tightening(_ scenario: Scenario) -> ActionRecord? {
    scenario.engine.actions[Self.tightening]
  }

  @Test("one reporter alone brings about neither a reroute nor tightening")
  func witnesses() throws {
    for step in [try reroute(), PolicyStep(stage: .tightenMTLS)] {
      var scenario = Scenario(policy: Scenario.policy(steps: [step]))
      scenario.detect(corroborated: 0)
      scenario.wait(milliseconds: 1_000)
      #expect(scenario.engine.openActions.map(\.state.name) == ["awaiting-approval"])
      #expect(!scenario.effects.contains { $0.isEnforce })
    }
  }

  @Test("tightening concerns the subject's own proxies, and there each of them counts")
  func tightenScope() {
    var scenario = tightening()
    #expect(tightening(scenario)?.proxies.keys.sorted() == [Scenario.proxy("reports")])
    for _ in 0..<2 {
      scenario.acknowledge("reports", .rejected("no"))
      scenario.wait(milliseconds: 2_000)
    }
    #expect(
      tightening(scenario)?.verdict?.text
        == "inconclusive: accepted at reports: rejected: no; behaviour: no request without a"
        + " certificate was seen stopped in its name: none came (1 of 1 proxies report)")
  }

  @Test("tightening is proved by a denial, and contradicted only by a peer without a certificate")
  func tightenProof() {
    var scenario = tightening()
    scenario.acknowledgeAll()
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.serve(at: "reports")
    scenario.stop(at: "reports", by: Self.tightening)
    #expect(tightening(scenario)?.verdict == .effective)
    scenario.give(
      .admitted(Scenario.subject, at: Scenario.proxy("reports"), start: scenario.now))
    #expect(
      tightening(scenario)?.verdict?.text
        == "ineffective: behaviour at reports: let a request without a certificate through")
  }

  @Test("tightening stands beside a quarantine of the same subject, each with its own id")
  func beside() {
    var tightening = Scenario.policy(steps: [PolicyStep(stage: .tightenMTLS)])
    tightening.name = "tighten"
    var scenario = Scenario()
    scenario.engine.policies.insert(tightening, at: 0)
    scenario.detect()
    let other = Self.tightening
    #expect(scenario.action?.stage == .quarantine)
    #expect(scenario.engine.actions[other]?.stage == .tightenMTLS)
    scenario.record(other)
    scenario.acknowledgeAll()
    scenario.give(
      .stopped(
        other, subject: Scenario.subject, at: Scenario.proxy("reports"), start: scenario.now))
    #expect(scenario.engine.actions[other]?.verdict == .effective)
    // It answers nothing that the subject sends.
    #expect(!scenario.effects.contains { if case .spend = $0 { true } else { false } })
    scenario.detect(id: ActionID(number: 9))
    #expect(scenario.engine.actions.count == 2)
    #expect(scenario.stateName == "recording")
  }

  @Test("clients of a gateway have nothing to tighten")
  func clients() throws {
    let gateway = Scenario.identity("ingress")
    let client = Subject.client(try #require(IPPrefix("192.0.2.1")), at: gateway)
    var policy = Scenario.policy(steps: [PolicyStep(stage: .tightenMTLS)])
    policy.scope.clients = true
    var scenario = Scenario(policy: policy, limits: LoopLimits(gateways: [gateway]))
    scenario.give(.reporting(Scenario.proxy("ingress"), isOpen: true))
    var detection = Scenario.detection()
    detection.subject = client
    detection.witnesses = [gateway]
    scenario.give(.detected(detection, id: Scenario.id))
    #expect(tightening(scenario)?.state == .closed(.refused(.noProxies), at: scenario.now))
  }
}

extension LoopEffect {
  var watch: Watch? {
    if case .watch(let watch) = self { watch } else { nil }
  }
}

extension Scenario {
  /// From holding something that is released to nothing.
  mutating func reachBaseline() {
    calm()
    now = now.adding(milliseconds: 3_000)
    calm()
    acknowledgeAll()
    now = now.adding(milliseconds: 600)
    serve()
  }
}
