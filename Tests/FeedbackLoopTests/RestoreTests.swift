internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct RestoreTests {
  @Test("after a restart a proxy that does not come back is forgotten like one that vanished")
  func neverReturned() throws {
    var before = Scenario()
    before.reach("holding")
    var after = Scenario(nodes: [])
    after.now = before.now
    after.effects += after.engine.restore(
      [try #require(before.action)], isPaused: false, at: after.now)
    for node in ["payments", "reports"] {
      after.give(.reporting(Scenario.proxy(node), isOpen: true))
      after.acknowledge(node)
    }
    after.wait(milliseconds: 29_000)
    #expect(after.action?.proxies.count == 3)
    after.stop()
    #expect(after.stateName == "applying")
    after.wait(milliseconds: 1_000)
    #expect(after.stateName == "holding")
    #expect(after.action?.verdict == .effective)
    #expect(after.action?.gone == [Scenario.proxy("users")])
  }

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

  @Test("an intent that was never sent names the proxies whose proof it needs")
  func intentNamesProxies() throws {
    var before = Scenario()
    before.reach("recording")
    let stored = try #require(before.action)
    #expect(stored.proxies.keys.sorted() == Scenario.nodes.map(Scenario.proxy))
    var after = Scenario(nodes: [])
    after.effects += after.engine.restore([stored], isPaused: false, at: after.now)
    after.acknowledge("payments")
    after.stop()
    #expect(after.stateName == "applying")
    after.acknowledge("reports")
    after.acknowledge("users")
    #expect(after.stateName == "holding")
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

  @Test("an action adopted from its mere intent is proved by the proxies that were known then")
  func adoptedIntent() throws {
    var before = Scenario()
    before.reach("recording")
    var after = Scenario(nodes: [])
    after.effects += after.engine.restore(
      [try #require(before.action)], isPaused: false, at: after.now)
    after.acknowledge("payments")
    after.acknowledge("users", .rejected("no"))
    after.stop()
    #expect(after.stateName == "applying")
    after.acknowledge("users")
    #expect(after.stateName == "holding")
  }

  @Test("who rejects a release, and never answered the quarantine, is not taken to hold nothing")
  func rejectedReleaseAfterSilence() {
    var scenario = Scenario()
    scenario.reach("applying")
    scenario.order(.revertAll)
    scenario.acknowledgeAll()
    scenario.acknowledge("users", .rejected("no"))
    scenario.wait(milliseconds: 10_000)
    #expect(scenario.stateName == "verifying-release")
  }

  @Test("after a restart a proxy that rejects the release is not taken to hold nothing")
  func rejectedReleaseAfterRestart() throws {
    var before = Scenario()
    before.reach("applying")
    var after = Scenario(nodes: [])
    after.effects += after.engine.restore(
      [try #require(before.action)], isPaused: false, at: after.now)
    after.order(.revertAll)
    for node in Scenario.nodes { after.acknowledge(node) }
    after.acknowledge("users", .rejected("no"))
    after.wait(milliseconds: 10_000)
    #expect(after.stateName == "verifying-release")
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

  @Test("what was seen of the lower stage proves nothing of an escalation that was only intended")
  func proofOfIntent() throws {
    var before = Scenario()
    before.detect(corroborated: 0)
    before.wait(milliseconds: 150)
    before.record()
    before.acknowledgeAll()
    before.stop(by: nil)
    #expect(before.stateName == "holding")
    before.detect()
    #expect(before.stateName == "recording")
    var after = Scenario()
    after.now = before.now
    after.effects += after.engine.restore(
      [try #require(before.action)], isPaused: false, at: after.now)
    after.acknowledgeAll()
    #expect(after.action?.stage == .quarantine)
    #expect(after.stateName == "verifying")
  }

  @Test("a clock that went back moves no deadline out")
  func clockWentBack() throws {
    var before = Scenario()
    before.reach("holding")
    var after = LoopEngine(policies: [Scenario.policy()], limits: LoopLimits())
    let effects = after.restore(
      [try #require(before.action)], isPaused: false,
      at: before.now.adding(milliseconds: -3_600_000))
    #expect(effects.contains(.withdraw(Scenario.id, generation: 1)))
    #expect(!effects.contains { $0.isEnforce })
  }

  @Test("what was withdrawn without a record says so, and by whom")
  func withdrawnWithoutRecord() throws {
    var before = Scenario()
    before.reach("holding")
    var stored = try #require(before.action)
    stored.state = .releasing(.final(.released), until: stored.notAfter)
    stored.course.withdrawnUnrecordedAt = Timestamp(seconds: 1_001)
    stored.course.revertedBy = "alice"
    var after = Scenario()
    after.effects += after.engine.restore([stored], isPaused: false, at: before.now)
    #expect(
      after.details == [
        "quarantine to nothing, to end as released: withdrawn by alice at"
          + " 1970-01-01T00:16:41.000000Z, while the history could not be written"
      ])
    #expect(after.effects.contains { $0.isWithdraw })
  }

  @Test("a pause survives a restart")
  func pause() {
    var engine = LoopEngine(policies: [Scenario.policy()], limits: LoopLimits())
    _ = engine.restore([], isPaused: true, at: Timestamp(seconds: 1))
    #expect(engine.isPaused)
  }
}
