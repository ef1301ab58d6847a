internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct RecordFirstTests {
  @Test("nothing is enforced before its intent is durable")
  func intentFirst() {
    var scenario = Scenario()
    scenario.detect()
    #expect(!scenario.effects.contains { $0.isEnforce })
    #expect(scenario.effects.contains { $0.isIntent })
    scenario.give(.recorded(Scenario.id))
    #expect(scenario.effects.contains { $0.isEnforce })
  }

  @Test("an escalation waits for its own intent")
  func escalation() {
    var scenario = Scenario()
    scenario.detect(corroborated: 0)
    scenario.wait(milliseconds: 150)
    scenario.give(.recorded(Scenario.id))
    scenario.effects = []
    scenario.detect()
    #expect(scenario.stateName == "recording")
    #expect(!scenario.effects.contains { $0.isEnforce })
    scenario.give(.recorded(Scenario.id))
    #expect(scenario.action?.stage == .quarantine)
    #expect(scenario.effects.contains { $0.isEnforce })
  }

  @Test("a failed sync stops acting for good, and releases go on")
  func failedSync() {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.give(.recordFailed("disk full"))
    scenario.effects = []
    scenario.give(
      .detected(Scenario.detection("users"), id: ActionID(number: 2)))
    #expect(!scenario.effects.contains { $0.isIntent || $0.isEnforce })
    #expect(scenario.engine.unsafe == "disk full")
    scenario.order(.revert(Scenario.id))
    #expect(scenario.effects.contains(.withdraw(Scenario.id, generation: 2)))
  }

  @Test("a repeated detection makes no second action")
  func oneActionPerIncident() {
    var scenario = Scenario()
    for number: UInt64 in 1...20 { scenario.detect(id: ActionID(number: number)) }
    #expect(scenario.engine.actions.count == 1)
  }
}

struct WitnessTests {
  @Test("one reporter alone throttles where the policy says so")
  func throttles() {
    var scenario = Scenario()
    scenario.detect(corroborated: 0)
    scenario.wait(milliseconds: 150)
    #expect(scenario.action?.stage.name == "throttle")
  }

  @Test("a second witness that comes in time makes it a quarantine at once")
  func secondWitness() {
    var scenario = Scenario()
    scenario.detect(corroborated: 0)
    #expect(scenario.action == nil)
    scenario.now = scenario.now.adding(milliseconds: 50)
    scenario.detect()
    #expect(scenario.action?.stage == .quarantine)
    scenario.wait(milliseconds: 150)
    #expect(scenario.engine.actions.count == 1)
  }

  @Test("one reporter alone waits for approval where the policy says so")
  func approves() {
    var scenario = Scenario(
      policy: Scenario.policy(steps: [PolicyStep(stage: .quarantine, withoutWitness: .approve)]))
    scenario.detect(corroborated: 0)
    scenario.wait(milliseconds: 150)
    #expect(scenario.stateName == "awaiting-approval")
    scenario.detect()
    #expect(scenario.stateName == "recording")
  }
}

struct GuardrailTests {
  @Test("a protected subject, a gateway and a pause refuse, with the reason, once")
  func refusals() throws {
    let pattern = try SPIFFEPattern(parsing: "spiffe://shop.demo/ns/shop/sa/rep*")
    var protected = Scenario(limits: LoopLimits(protected: [pattern]))
    protected.detect()
    protected.detect(id: ActionID(number: 2))
    #expect(protected.action?.state == .closed(.refused(.protected), at: protected.now))
    #expect(protected.engine.actions.count == 1)

    var gateway = Scenario(limits: LoopLimits(gateways: [Scenario.subject]))
    gateway.detect()
    #expect(gateway.action?.state == .closed(.refused(.protected), at: gateway.now))

    var paused = Scenario()
    paused.order(.pause)
    paused.detect()
    #expect(paused.action?.state == .closed(.refused(.paused), at: paused.now))
  }

  @Test("the caps hold over all policies and for one")
  func caps() {
    for (limits, policy, refusal) in [
      (LoopLimits(maxActive: 1), Scenario.policy(), Refusal.maxActive(limit: 1)),
      (LoopLimits(), Scenario.policy(maxActive: 1), Refusal.policyMaxActive(limit: 1)),
    ] {
      var scenario = Scenario(policy: policy, limits: limits)
      scenario.detect()
      scenario.give(.detected(Scenario.detection("users"), id: ActionID(number: 2)))
      #expect(
        scenario.engine.actions[ActionID(number: 2)]?.state
          == .closed(.refused(refusal), at: scenario.now))
    }
  }

  @Test("the guardrails are checked again at the effect")
  func recheck() {
    var scenario = Scenario()
    scenario.detect()
    scenario.order(.pause)
    scenario.give(.recorded(Scenario.id))
    #expect(scenario.stateName == "refused")
    #expect(!scenario.effects.contains { $0.isEnforce })
  }

  @Test("the deadline never exceeds the configured maximum")
  func maximumTTL() {
    var scenario = Scenario(limits: LoopLimits(maxTTLMilliseconds: 5_000))
    scenario.detect()
    #expect(scenario.action?.notAfter == scenario.now.adding(milliseconds: 5_000))
  }

  @Test("one reporter alone stands behind one live action at a time")
  func busyWitness() {
    var scenario = Scenario()
    for (number, name) in [(UInt64(1), "reports"), (2, "users")] {
      var detection = Scenario.detection(name, corroborated: 0)
      detection.witnesses = [Scenario.identity("payments")]
      scenario.give(.detected(detection, id: ActionID(number: number)))
      scenario.wait(milliseconds: 150)
    }
    #expect(scenario.action?.state.name == "recording")
    #expect(
      scenario.engine.actions[ActionID(number: 2)]?.state
        == .closed(.refused(.witnessBusy(Scenario.identity("payments"))), at: scenario.now))
  }

  @Test("failing is no escape, but failing three times is for a human")
  func failures() {
    var scenario = Scenario()
    for number: UInt64 in 1...4 {
      let id = ActionID(number: number)
      scenario.detect(id: id)
      guard scenario.engine.actions[id]?.state.name == "recording" else {
        #expect(number == 4)
        #expect(
          scenario.engine.actions[id]?.state
            == .closed(.refused(.failedRepeatedly(times: 3)), at: scenario.now))
        return
      }
      scenario.give(.recorded(id))
      for _ in 0..<3 {
        scenario.acknowledgeAll()
        scenario.wait(milliseconds: 2_000)
      }
      #expect(scenario.engine.actions[id]?.state.name == "failed")
      scenario.now = scenario.now.adding(milliseconds: -5_000)
    }
    Issue.record("the fourth action was not refused")
  }

  @Test("a subject just released is left alone for the cooldown")
  func cooldown() {
    var scenario = Scenario()
    scenario.reach("released")
    scenario.detect(id: ActionID(number: 2))
    #expect(scenario.engine.actions[ActionID(number: 2)]?.state.name == "refused")
    scenario.now = scenario.now.adding(milliseconds: 70_000)
    scenario.detect(id: ActionID(number: 3))
    #expect(scenario.engine.actions[ActionID(number: 3)]?.state.name == "recording")
  }

  @Test("without a proxy there is nobody to enforce, so nothing is started")
  func noProxies() {
    var scenario = Scenario(nodes: [])
    scenario.detect()
    #expect(scenario.action?.state == .closed(.refused(.noProxies), at: scenario.now))
  }
}

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
    #expect(scenario.stateName == "releasing")
    #expect(scenario.action?.verdict?.text.contains("users") == true)
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

struct ReleaseTests {
  @Test("the way back is quarantine, throttle, nothing, each verified")
  func ladder() {
    var scenario = Scenario()
    scenario.reach("released")
    #expect(scenario.stateName == "released")
    let stages = scenario.effects.compactMap { effect -> String? in
      switch effect {
      case .enforce(let enforcement, _): enforcement.stage.name
      case .withdraw: "nothing"
      default: nil
      }
    }
    #expect(stages == ["quarantine", "throttle", "nothing"])
  }

  @Test("a proxy that does not acknowledge keeps the release open and is named")
  func leftBehind() {
    var scenario = Scenario()
    scenario.reach("releasing")
    scenario.acknowledge("payments")
    scenario.acknowledge("reports")
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.stateName == "releasing")
    #expect(scenario.action?.verdict?.text.contains("users") == true)
    scenario.acknowledge("users")
    #expect(scenario.stateName == "verifying-release")
  }

  @Test("silence is not recovery: without telemetry nothing is released early")
  func silence() {
    var scenario = Scenario()
    scenario.reach("holding")
    for node in Scenario.nodes {
      scenario.give(.reporting(Scenario.proxy(node), isOpen: false))
    }
    scenario.calm()
    scenario.now = scenario.now.adding(milliseconds: 10_000)
    scenario.calm()
    #expect(scenario.stateName == "holding")
  }

  @Test("a relapse during the way back steps up again at once, within the same deadline")
  func relapse() throws {
    var scenario = Scenario()
    scenario.reach("holding-throttle")
    let deadline = try #require(scenario.action).notAfter
    scenario.detect()
    scenario.give(.recorded(Scenario.id))
    #expect(scenario.action?.stage == .quarantine)
    #expect(scenario.action?.notAfter == deadline)
  }

  @Test("a denial in the action's name after the release keeps it open")
  func lingering() {
    var scenario = Scenario()
    scenario.reach("verifying-release")
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.stop(at: "users")
    scenario.serve()
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.stateName == "verifying-release")
    #expect(scenario.action?.verdict?.text.contains("users") == true)
    scenario.serve(at: "users")
    #expect(scenario.stateName == "released")
  }

  @Test("past the deadline inside the proxies it ends, naming what was never confirmed")
  func bounded() {
    var scenario = Scenario()
    scenario.reach("releasing")
    scenario.wait(milliseconds: 65_000)
    guard case .closed(.expired(let text), _) = scenario.action?.state else {
      Issue.record("state is \(scenario.stateName)")
      return
    }
    #expect(text.contains("users"))
  }

  @Test("every open state comes to an end when nothing more is heard")
  func everyIntentEnds() {
    for state in [
      "awaiting-approval", "recording", "applying", "verifying", "holding", "releasing-step",
      "verifying-release-step", "holding-throttle", "releasing", "verifying-release",
    ] {
      var scenario = Scenario()
      scenario.reach(state)
      for _ in 0..<2_000 where scenario.action?.state.isClosed == false {
        scenario.wait(milliseconds: 1_000)
      }
      #expect(scenario.action?.state.isClosed == true, "\(state)")
    }
  }
}

struct RestoreTests {
  @Test("a restart adopts what is in force under its own id and deadline")
  func adoption() throws {
    for state in [
      "recording", "applying", "verifying", "holding", "releasing-step", "holding-throttle",
    ] {
      var before = Scenario()
      before.reach(state)
      let stored = try #require(before.action)
      var after = LoopEngine(policies: [Scenario.policy()], limits: LoopLimits())
      let effects = after.restore([stored], isPaused: false, at: before.now)
      let enforced = effects.compactMap { effect -> Enforcement? in
        if case .enforce(let enforcement, _) = effect { enforcement } else { nil }
      }
      #expect(enforced == [stored.enforcement], "\(state)")
      #expect(after.actions.count == 1)
    }
  }

  @Test("what expired meanwhile is withdrawn and its end is verified")
  func expired() throws {
    var before = Scenario()
    before.reach("holding")
    let stored = try #require(before.action)
    var after = LoopEngine(policies: [Scenario.policy()], limits: LoopLimits())
    let effects = after.restore(
      [stored], isPaused: false, at: before.now.adding(milliseconds: 70_000))
    #expect(effects.contains(.withdraw(Scenario.id, generation: 1)))
    #expect(!effects.contains { $0.isEnforce })
  }

  @Test("what was proved stays proved, though the subject falls silent")
  func proofKept() throws {
    var before = Scenario()
    before.reach("holding")
    var after = Scenario()
    after.effects += after.engine.restore(
      [try #require(before.action)], isPaused: false, at: after.now)
    after.acknowledgeAll()
    #expect(after.stateName == "holding")
  }

  @Test("an intent that was never enforced is not enforced into a pause")
  func pausedIntent() throws {
    var before = Scenario()
    before.reach("recording")
    var after = LoopEngine(policies: [Scenario.policy()], limits: LoopLimits())
    let effects = after.restore(
      [try #require(before.action)], isPaused: true, at: before.now)
    #expect(!effects.contains { $0.isEnforce })
  }

  @Test("a pause survives a restart")
  func pause() {
    var engine = LoopEngine(policies: [Scenario.policy()], limits: LoopLimits())
    _ = engine.restore([], isPaused: true, at: Timestamp(seconds: 1))
    #expect(engine.isPaused)
  }
}

extension LoopEffect {
  fileprivate var isEnforce: Bool {
    if case .enforce = self { true } else { false }
  }

  fileprivate var isIntent: Bool {
    if case .record(let entry) = self { entry.isIntent } else { false }
  }
}
