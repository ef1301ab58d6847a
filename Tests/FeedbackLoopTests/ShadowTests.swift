internal import Actuators
internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Testing

struct ShadowTests {
  private static let shadowID = Scenario.id.sibling(2)

  private func policy(
    _ steps: [PolicyStep] = [PolicyStep(stage: .quarantine)], maxActive: Int = 5
  ) -> ResponsePolicy {
    var policy = Scenario.policy(mode: .shadow, steps: steps, maxActive: maxActive)
    policy.name = "shadow"
    return policy
  }

  private func wouldStop(
    _ scenario: inout Scenario, by filter: Filter = .rbac, at node: String = "payments"
  ) {
    scenario.give(
      .wouldStop(
        Self.shadowID, by: filter, subject: Scenario.subject, at: Scenario.proxy(node),
        start: scenario.now))
  }

  private func shadow(_ scenario: Scenario) -> ActionRecord? {
    scenario.engine.actions[Self.shadowID]
  }

  /// To a shadow that is accepted everywhere.
  private func sent(_ steps: [PolicyStep] = [PolicyStep(stage: .quarantine)]) -> Scenario {
    var scenario = Scenario(policy: policy(steps))
    scenario.detect()
    scenario.record(Self.shadowID)
    scenario.acknowledgeAll()
    return scenario
  }

  @Test("a shadow is sent as one, and proved by a request that it would have stopped")
  func proof() throws {
    var scenario = sent()
    let enforced = scenario.effects.compactMap { effect -> Enforcement? in
      if case .enforce(let enforcement, _) = effect { enforcement } else { nil }
    }
    #expect(enforced.map(\.isShadow) == [true])
    #expect(shadow(scenario)?.state.name == "verifying")
    // Neither a request that passes nor one that something else stopped says anything of it.
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.serve()
    scenario.stop(by: Self.shadowID)
    scenario.stop(by: nil)
    wouldStop(&scenario, by: .route)
    #expect(shadow(scenario)?.state.name == "verifying")
    wouldStop(&scenario)
    #expect(shadow(scenario)?.state.name == "holding")
    #expect(shadow(scenario)?.verdict == .effective)
  }

  @Test("acknowledgements alone prove no shadow either")
  func acknowledgements() {
    var scenario = sent()
    for _ in 0..<2 {
      scenario.wait(milliseconds: 2_000)
      scenario.acknowledgeAll()
    }
    #expect(
      shadow(scenario)?.verdict?.text
        == "inconclusive: behaviour: no request was seen that it would have stopped: the subject was silent (3 of 3 proxies report)"
    )
  }

  @Test("nothing is taken for our own effect while only a shadow is in force")
  func noEffect() {
    var scenario = sent()
    wouldStop(&scenario)
    #expect(scenario.effects.compactMap(\.watch).last == Watch(followed: [Scenario.subject]))
    #expect(!scenario.effects.contains { if case .spend = $0 { true } else { false } })
  }

  @Test("a shadow is released to nothing, once no request is marked any more")
  func release() {
    var scenario = sent()
    wouldStop(&scenario)
    scenario.calm()
    scenario.now = scenario.now.adding(milliseconds: 3_000)
    scenario.calm()
    #expect(shadow(scenario)?.state.name == "releasing")
    scenario.acknowledgeAll()
    scenario.now = scenario.now.adding(milliseconds: 600)
    wouldStop(&scenario, at: "users")
    scenario.serve()
    scenario.wait(milliseconds: 2_000)
    #expect(
      shadow(scenario)?.verdict?.text
        == "inconclusive: behaviour at users: still marks requests in its name")
    scenario.serve(at: "users")
    #expect(shadow(scenario)?.state.name == "released")
    #expect(scenario.effects.filter(\.isEnforce).count == 1)
  }

  @Test("a shadow stands beside what is enforced against the same subject, and displaces nothing")
  func beside() {
    var scenario = Scenario()
    scenario.engine.policies.insert(policy(), at: 0)
    scenario.detect()
    #expect(shadow(scenario)?.isShadow == true)
    #expect(scenario.action?.isShadow == false)
    scenario.record(Self.shadowID)
    scenario.acknowledgeAll()
    wouldStop(&scenario)
    #expect(scenario.stateName == "recording")
    scenario.record()
    scenario.acknowledgeAll()
    scenario.stop()
    #expect(scenario.action?.verdict == .effective)
    #expect(shadow(scenario)?.verdict == .effective)
    // Each goes its own way: a request that passes contradicts only what is enforced.
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.serve(at: "users")
    #expect(scenario.action?.verdict?.text.hasPrefix("ineffective") == true)
    #expect(shadow(scenario)?.verdict == .effective)
  }

  @Test("a shadow's past is no reason to leave the subject alone")
  func cooldown() {
    var scenario = sent()
    wouldStop(&scenario)
    scenario.reachBaseline()
    #expect(shadow(scenario)?.state.name == "released")
    // Of what was enforced, a weaker suspicion than two witnesses' would have to wait.
    scenario.engine.policies = [
      Scenario.policy(steps: [PolicyStep(stage: .throttle(Rate(perSecond: 5, burst: 5)))])
    ]
    scenario.detect(corroborated: 0)
    #expect(scenario.stateName == "recording")
  }

  @Test("shadows have a cap of their own, and take no place of what is enforced")
  func caps() {
    var scenario = Scenario(
      policy: policy(maxActive: 1_000), limits: LoopLimits(maxActive: 1))
    for number in 0..<101 {
      scenario.give(
        .detected(
          Scenario.detection("w\(number)", at: scenario.now),
          id: ActionID(number: UInt64(100 + number))))
    }
    let live = scenario.engine.actions.values.filter(\.isLive)
    #expect(live.count == 100)
    #expect(
      scenario.engine.actions[ActionID(number: 200).sibling(2)]?.state
        == .closed(.refused(.maxShadows(limit: 100)), at: scenario.now))
    scenario.engine.policies = [Scenario.policy()]
    scenario.detect()
    #expect(scenario.stateName == "recording")
  }

  @Test("a throttle has no shadow: it is refused, and never enforced in its place")
  func throttle() {
    let step = PolicyStep(
      stage: .quarantine, withoutWitness: .throttle(Rate(perSecond: 5, burst: 5)))
    var scenario = Scenario(policy: policy([step]))
    scenario.detect(corroborated: 0)
    scenario.wait(milliseconds: 200)
    #expect(
      shadow(scenario)?.state == .closed(.refused(.cannotShadow("throttle")), at: scenario.now))
    #expect(!scenario.effects.contains { $0.isEnforce })
  }

  @Test("a policy that became a shadow enforces nothing that waits, nor the other way round")
  func policyChanged() throws {
    var scenario = Scenario()
    scenario.reach("awaiting-approval")
    scenario.engine.policies[0].mode = .shadow
    let fingerprint = scenario.engine.fingerprint(of: try #require(scenario.action))
    #expect(throws: CommandRefusal.guardrail(.policyChanged)) {
      try scenario.engine.handle(
        .approve(Scenario.id, fingerprint: fingerprint), by: "alice", at: scenario.now)
    }
    var other = Scenario(policy: policy())
    other.detect()
    other.engine.policies[0].mode = .enforce
    other.record(Self.shadowID)
    #expect(!other.effects.contains { $0.isEnforce })
  }

  @Test("a record of a version that knew no shadow is read as enforced")
  func oldRecords() throws {
    var scenario = Scenario()
    scenario.reach("holding")
    let record = try #require(scenario.action)
    let text = String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
    #expect(!text.contains("shadow"))
    let read = try JSONDecoder().decode(ActionRecord.self, from: Data(text.utf8))
    #expect(read == record && !read.isShadow)
  }
}
