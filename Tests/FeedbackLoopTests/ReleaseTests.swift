internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

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
    scenario.record()
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

  @Test(
    "an open release is told once, and what else speaks against it at most once a minute")
  func openRelease() {
    var policy = Scenario.policy()
    policy.revert.ttlMilliseconds = 600_000
    var scenario = Scenario(policy: policy)
    scenario.reach("releasing")
    scenario.acknowledge("payments")
    scenario.acknowledge("reports")
    scenario.wait(milliseconds: 2_000)
    func said() -> Int { scenario.effects.count { $0.isEscalation } }
    #expect(said() == 1)
    // What is sent for another action makes every proxy answer anew.
    for _ in 0..<10 {
      for status in [DeltaSession.Status.pending, .accepted] {
        scenario.acknowledge("payments", status)
        scenario.wait(milliseconds: 100)
      }
    }
    #expect(said() == 1)
    scenario.acknowledge("payments", .pending)
    #expect(scenario.action?.verdict?.text.contains("payments") == true)
    scenario.wait(milliseconds: 60_000)
    #expect(said() == 2)
    scenario.wait(milliseconds: 60_000)
    #expect(said() == 2)
  }

  @Test("a failed action whose release stays open is taken up again, three times at most")
  func failedRelapse() {
    var policy = Scenario.policy()
    policy.revert.ttlMilliseconds = 600_000
    var scenario = Scenario(policy: policy)
    scenario.reach("verifying")
    for round in 0..<3 {
      for _ in 0..<2 {
        scenario.wait(milliseconds: 2_000)
        scenario.acknowledge("payments")
      }
      #expect(scenario.stateName == "releasing", "\(round)")
      scenario.detect(id: ActionID(number: 7))
      #expect(scenario.stateName == "releasing", "it may end by itself yet")
      scenario.wait(milliseconds: 2_000)
      scenario.detect(corroborated: 0, id: ActionID(number: 8))
      #expect(scenario.stateName == "releasing", "one witness is not enough")
      scenario.detect(id: ActionID(number: 8))
      #expect(scenario.stateName == (round < 2 ? "recording" : "releasing"))
      scenario.record()
    }
    #expect(scenario.details.contains { $0.contains("3 actions against it failed") })
    #expect(scenario.engine.actions.count == 1)
  }

  @Test("what waits for the end of an action is the strongest that came, not the last")
  func strongestAtTheEnd() {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.wait(milliseconds: 60_000)
    #expect(scenario.stateName == "releasing")
    scenario.detect(id: ActionID(number: 2))
    scenario.detect(corroborated: 0, id: ActionID(number: 3))
    scenario.acknowledgeAll()
    scenario.settle()
    scenario.serve()
    scenario.wait(milliseconds: 200)
    #expect(scenario.engine.openActions.map(\.stage) == [.quarantine])
  }

  @Test("a detection that comes while an action ends is answered when it has ended, or soon never")
  func detectionAtTheEnd() {
    for delay in [Int64(0), 11_000] {
      var scenario = Scenario()
      scenario.reach("holding")
      scenario.now = scenario.now.adding(milliseconds: 60_000)
      scenario.give(.tick)
      #expect(scenario.stateName == "releasing")
      scenario.detect(id: ActionID(number: 2))
      #expect(scenario.engine.actions.count == 1)
      if delay == 0 { scenario.acknowledgeAll() } else { scenario.detach("users") }
      scenario.settle()
      scenario.serve()
      scenario.wait(milliseconds: delay)
      scenario.wait(milliseconds: 200)
      #expect(scenario.action?.state.isClosed == true)
      let next = scenario.engine.actions[ActionID(number: 2)]
      #expect(next?.state.name == (delay == 0 ? "recording" : nil))
    }
  }

  @Test("a proxy that came late and accepted must release like the rest, and is asked like them")
  func lateJoiner() {
    var scenario = Scenario.probed()
    scenario.reach("holding")
    scenario.give(.reporting(Scenario.proxy("ghost"), isOpen: true))
    scenario.acknowledge("ghost")
    #expect(scenario.action?.proxies[Scenario.proxy("ghost")]?.joinedLate == true)
    scenario.order(.revert(Scenario.id))
    #expect(scenario.action?.proxies[Scenario.proxy("ghost")]?.joinedLate == false)
    scenario.acknowledgeAll()
    #expect(scenario.stateName == "releasing")
    scenario.acknowledge("ghost")
    #expect(scenario.stateName == "verifying-release")

    var silent = Scenario()
    silent.reach("holding")
    silent.give(.reporting(Scenario.proxy("ghost"), isOpen: true))
    silent.order(.revert(Scenario.id))
    silent.acknowledgeAll()
    #expect(silent.stateName == "verifying-release", "it never accepted anything")
  }

  @Test("a proxy that vanished with the action is named at its end, unless it came back")
  func gone() {
    for comesBack in [false, true] {
      var scenario = Scenario()
      scenario.reach("holding")
      scenario.give(.reporting(Scenario.proxy("users"), isOpen: false))
      scenario.detach("users")
      scenario.wait(milliseconds: 30_000)
      #expect(scenario.action?.gone == [Scenario.proxy("users")])
      if comesBack { scenario.acknowledge("users") }
      scenario.order(.revert(Scenario.id))
      scenario.acknowledge("payments")
      scenario.acknowledge("reports")
      if comesBack { scenario.acknowledge("users") }
      scenario.settle()
      scenario.serve()
      #expect(scenario.stateName == "released")
      #expect(scenario.details.last?.contains("if they still run: users") == !comesBack)
    }
  }

  @Test("of many proxies that vanished, those that are not named are counted")
  func manyGone() {
    let ghosts = (0..<66).map { "ghost\($0)" }
    var scenario = Scenario(nodes: Scenario.nodes + ghosts)
    scenario.reach("verifying")
    for ghost in ghosts { scenario.acknowledge(ghost) }
    scenario.stop()
    for ghost in ghosts {
      scenario.give(.reporting(Scenario.proxy(ghost), isOpen: false))
      scenario.detach(ghost)
    }
    scenario.wait(milliseconds: 30_000)
    scenario.order(.revert(Scenario.id))
    scenario.acknowledgeAll()
    scenario.settle()
    scenario.serve()
    #expect(scenario.stateName == "released")
    #expect(scenario.details.last?.hasSuffix(", and 2 more") == true)
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

  @Test("for a while after the end its denials, which come late, are still known as its own")
  func echo() {
    var scenario = Scenario()
    scenario.reach("released")
    #expect(
      scenario.effects.last
        == .watch(
          Watch(denied: [Scenario.subject], limited: [Scenario.subject])))
    #expect(scenario.wait(milliseconds: 9_900) == [])
    #expect(scenario.wait(milliseconds: 100) == [.watch(Watch())])
  }

  @Test("some time after a change only what is done now counts as own")
  func ownEffects() {
    var scenario = Scenario()
    scenario.reach("holding")
    let subject: Set = [Scenario.subject]
    #expect(
      scenario.effects.compactMap(\.watch).last
        == Watch(followed: subject, denied: subject, limited: subject))
    #expect(
      scenario.wait(milliseconds: 10_000) == [.watch(Watch(followed: subject, denied: subject))])
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
