internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct RecordFirstTests {
  @Test("the reason of an anomaly names the feature and what the reference allows")
  func anomalyReason() {
    var policy = Scenario.policy(steps: [PolicyStep(stage: .throttle(Rate(perSecond: 5, burst: 5)))]
    )
    policy.matches = [ScoreMatch(detector: .anomaly, above: 0.9)]
    var scenario = Scenario(policy: policy)
    var detection = Scenario.detection(detector: .anomaly)
    detection.evidence = [
      FeatureEvidence(feature: .rate, shown: 5, total: 9, allowed: 0.0125, seconds: 1e6)
    ]
    let effects = scenario.give(.detected(detection, id: Scenario.id))
    guard case .record(let entry)? = effects.first else {
      Issue.record("nothing recorded: \(effects)")
      return
    }
    #expect(
      entry.detail.hasPrefix(
        "throttle: 5 of 5 seconds showed rate, where the reference allows 1.3 % at payments"))
  }

  @Test("nothing is enforced before its intent is durable")
  func intentFirst() {
    var scenario = Scenario()
    scenario.detect()
    #expect(!scenario.effects.contains { $0.isEnforce })
    #expect(scenario.effects.contains { $0.isIntent })
    scenario.record()
    #expect(scenario.effects.contains { $0.isEnforce })
  }

  @Test("an escalation waits for its own intent")
  func escalation() {
    var scenario = Scenario()
    scenario.detect(corroborated: 0)
    scenario.wait(milliseconds: 150)
    scenario.record()
    scenario.effects = []
    scenario.detect()
    #expect(scenario.stateName == "recording")
    #expect(!scenario.effects.contains { $0.isEnforce })
    scenario.record()
    #expect(scenario.action?.stage == .quarantine)
    #expect(scenario.effects.contains { $0.isEnforce })
  }

  @Test("what becomes durable late lets out no later intent than its own")
  func lateRecord() {
    var scenario = Scenario()
    scenario.detect(corroborated: 0)
    scenario.wait(milliseconds: 150)
    scenario.record()
    scenario.acknowledgeAll()
    scenario.stop(by: nil)
    scenario.detect()
    let late = scenario.action?.intent
    scenario.wait(milliseconds: 5_000)
    #expect(scenario.action?.stage.name == "throttle")
    scenario.detect()
    #expect(scenario.stateName == "recording")
    scenario.effects = []
    scenario.give(.recorded(Scenario.id, intent: late ?? 0))
    #expect(scenario.stateName == "recording" && !scenario.effects.contains { $0.isEnforce })
    scenario.record()
    #expect(scenario.action?.stage == .quarantine && scenario.effects.contains { $0.isEnforce })
  }

  @Test("an escalation that is not recorded leaves what is in force as it was")
  func notEscalated() {
    var scenario = Scenario()
    scenario.detect(corroborated: 0)
    scenario.wait(milliseconds: 150)
    scenario.record()
    scenario.detect()
    #expect(scenario.action?.stage == .quarantine)
    scenario.give(.recordFailed("disk full"))
    #expect(scenario.stateName == "holding")
    #expect(scenario.action?.stage.name == "throttle")
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

    var gateway = Scenario(limits: LoopLimits(gateways: [Scenario.identity("reports")]))
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
    scenario.record()
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
      scenario.record(id)
      for _ in 0..<3 {
        scenario.acknowledgeAll()
        scenario.wait(milliseconds: 2_000)
      }
      #expect(scenario.engine.actions[id]?.state.name == "failed")
      scenario.now = scenario.now.adding(milliseconds: -5_000)
    }
    Issue.record("the fourth action was not refused")
  }

  @Test("without a proxy there is nobody to enforce, so nothing is started")
  func noProxies() {
    var scenario = Scenario(nodes: [])
    scenario.detect()
    #expect(scenario.action?.state == .closed(.refused(.noProxies), at: scenario.now))
  }
}
