internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct RepeaterTests {
  private static let second = ActionID(number: 2)

  private static func released() -> Scenario {
    var scenario = Scenario()
    scenario.reach("released")
    scenario.now = scenario.now.adding(milliseconds: 1_000)
    return scenario
  }

  @Test("a subject just released is left alone on the word of one witness")
  func cooldown() {
    var scenario = Self.released()
    scenario.detect(corroborated: 0, id: Self.second)
    scenario.wait(milliseconds: 150)
    #expect(scenario.engine.actions[Self.second]?.state.name == "refused")
    scenario.now = scenario.now.adding(milliseconds: 70_000)
    scenario.detect(corroborated: 0, id: ActionID(number: 3))
    scenario.wait(milliseconds: 150)
    #expect(scenario.engine.actions[ActionID(number: 3)]?.state.name == "recording")
  }

  @Test(
    "two witnesses of new misdeeds are a relapse: it is acted on at once, and held twice as long")
  func relapse() {
    var scenario = Self.released()
    scenario.detect(id: Self.second)
    #expect(scenario.engine.actions[Self.second]?.course.relapses == 1)
    scenario.record(Self.second)
    scenario.acknowledgeAll()
    scenario.stop(by: Self.second)
    #expect(scenario.engine.actions[Self.second]?.state.name == "holding")
    scenario.calm()
    scenario.now = scenario.now.adding(milliseconds: 5_900)
    scenario.calm()
    #expect(scenario.engine.actions[Self.second]?.state.name == "holding")
    scenario.now = scenario.now.adding(milliseconds: 200)
    scenario.calm()
    #expect(scenario.engine.actions[Self.second]?.state.name == "releasing")
  }

  @Test("what an operator took back is not started again while the cooldown lasts")
  func reverted() {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.order(.revert(Scenario.id))
    scenario.acknowledgeAll()
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.serve()
    #expect(scenario.stateName == "released")
    scenario.detect(id: Self.second)
    #expect(scenario.engine.actions[Self.second]?.state.name == "refused")
  }

  @Test("a relapse breaks off a release that a proxy keeps open, within the same deadline")
  func openRelease() {
    var scenario = Scenario()
    scenario.reach("releasing")
    let notAfter = scenario.action?.notAfter
    scenario.effects = []
    scenario.detect(id: Self.second)
    #expect(scenario.stateName == "recording")
    #expect(scenario.engine.actions[Self.second] == nil)
    scenario.record()
    #expect(scenario.effects.contains { $0.isEnforce })
    #expect(scenario.action?.stage == .quarantine)
    #expect(scenario.action?.notAfter == notAfter)
  }

  @Test("a broken off release begins again when the relapse cannot be recorded")
  func brokenOff() {
    var scenario = Scenario()
    scenario.reach("releasing")
    scenario.detect(id: Self.second)
    scenario.effects = []
    scenario.give(.recordFailed("disk full"))
    #expect(scenario.stateName == "releasing")
    #expect(scenario.effects.contains { $0.isWithdraw })
  }

  @Test("an operator's revert is not broken off by a relapse")
  func revertStands() {
    for state in ["holding", "releasing"] {
      var scenario = Scenario()
      scenario.reach(state)
      scenario.order(.revert(Scenario.id))
      scenario.detect(id: Self.second)
      #expect(scenario.stateName == "releasing")
    }
  }

  @Test("a subject is acted on only so long without a pause, then a human must decide")
  func continuousTime() {
    var scenario = Scenario(limits: LoopLimits(maxContinuousMilliseconds: 70_000))
    var starts = 0
    for number: UInt64 in 1...10 {
      let id = ActionID(number: number)
      scenario.detect(id: id)
      guard scenario.engine.actions[id]?.state.name == "recording" else { break }
      starts += 1
      scenario.record(id)
      scenario.acknowledgeAll()
      scenario.stop(by: id)
      scenario.now = scenario.now.adding(milliseconds: 60_000)
      scenario.give(.tick)
      scenario.acknowledgeAll()
      scenario.now = scenario.now.adding(milliseconds: 2_100)
      scenario.give(.tick)
      #expect(scenario.engine.actions[id]?.state.isClosed ?? false)
    }
    #expect(starts == 2)
    let last = scenario.engine.actions[ActionID(number: 3)]?.state
    #expect(last == .closed(.refused(.continuousTime(hours: 0)), at: scenario.now))
    #expect(scenario.effects.contains { $0.isEscalation })
  }

  @Test("a flood of refusals does not make a revert forgotten")
  func flood() {
    var scenario = Self.released()
    scenario.order(.pause)
    for number: UInt64 in 1_000...2_200 {
      if number % 90 == 0 { scenario.now = scenario.now.adding(milliseconds: 61_000) }
      scenario.give(.detected(Scenario.detection("w\(number)"), id: ActionID(number: number)))
    }
    #expect(scenario.engine.actions.count >= 1_000)
    #expect(scenario.stateName == "released")
  }

  @Test("what an operator took back stays so for the cooldown, even where the way down failed")
  func failedRevert() {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.order(.revert(Scenario.id))
    scenario.acknowledgeAll()
    scenario.now = scenario.now.adding(milliseconds: 63_000)
    scenario.stop()
    scenario.give(.tick)
    #expect(scenario.stateName == "failed")
    scenario.acknowledgeAll()
    scenario.detect(id: Self.second)
    #expect(scenario.engine.actions[Self.second]?.state.name == "refused")
  }

  @Test("time that humans ordered does not use up what is automatic")
  func orderedTime() {
    var scenario = Scenario(limits: LoopLimits(maxContinuousMilliseconds: 50_000))
    scenario.order(
      .order(
        OperatorOrder(
          subject: Scenario.subject, stage: .quarantine, ttlMilliseconds: 60_000, reason: "odd"),
        id: Scenario.id))
    scenario.record()
    scenario.acknowledgeAll()
    scenario.stop()
    scenario.now = scenario.now.adding(milliseconds: 60_000)
    scenario.give(.tick)
    scenario.acknowledgeAll()
    scenario.wait(milliseconds: 6_000)
    scenario.wait(milliseconds: 6_000)
    #expect(scenario.stateName == "expired")
    scenario.detect(id: Self.second)
    #expect(scenario.engine.actions[Self.second]?.state.name == "recording")
  }

  @Test("what was in force before a restart still counts")
  func restart() throws {
    var scenario = Self.released()
    let closed = try #require(scenario.action)
    var engine = LoopEngine(policies: [Scenario.policy()], limits: LoopLimits())
    _ = engine.restore([closed], isPaused: false, at: scenario.now)
    scenario.engine = engine
    scenario.effects = []
    scenario.acknowledgeAll()
    scenario.detect(id: Self.second)
    #expect(scenario.engine.actions[Self.second]?.course.relapses == 1)
  }
}
