internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct ProbeScheduleTests {
  private func schedule(_ nodes: [String] = Scenario.nodes) -> ProbeSchedule {
    ProbeSchedule(reachable: Set(nodes.map { Scenario.proxy($0) }))
  }

  private func asked(_ schedule: inout ProbeSchedule, _ scenario: Scenario) -> [String] {
    var asked: [String] = []
    while let probe = schedule.next(scenario.engine.openActions, at: scenario.now) {
      asked.append(probe.proxy.node)
      guard asked.count < 100 else { break }
    }
    return asked
  }

  @Test(
    "a proxy is asked when it settled and a third of the time is over, but not the subject's own")
  func due() {
    var schedule = schedule()
    var scenario = Scenario.probed()
    scenario.reach("applying")
    scenario.now = scenario.now.adding(milliseconds: 600)
    scenario.acknowledge("users")
    #expect(asked(&schedule, scenario) == [])
    scenario.now = scenario.now.adding(milliseconds: 501)
    scenario.acknowledge("payments")
    #expect(asked(&schedule, scenario) == ["users"])
    scenario.now = scenario.now.adding(milliseconds: 501)
    #expect(asked(&schedule, scenario) == ["payments"])
  }

  @Test("a third of the time to verify belongs to traffic")
  func third() {
    var schedule = schedule()
    var policy = Scenario.policy()
    policy.verify.withinMilliseconds = 6_000
    var scenario = Scenario.probed(policy)
    scenario.reach("verifying")
    scenario.now = scenario.now.adding(milliseconds: 1_999)
    #expect(asked(&schedule, scenario) == [])
    scenario.now = scenario.now.adding(milliseconds: 1)
    #expect(asked(&schedule, scenario) == ["payments", "users"])
  }

  @Test("a proxy that does not answer is asked three times for one change, two seconds apart")
  func bounded() {
    var schedule = schedule(["payments"])
    var scenario = Scenario.probed()
    scenario.reach("verifying")
    scenario.now = scenario.now.adding(milliseconds: 1_000)
    var times: [Int] = []
    for tenth in 0..<100 {
      times += asked(&schedule, scenario).map { _ in tenth }
      scenario.now = scenario.now.adding(milliseconds: 100)
    }
    #expect(times == [0, 20, 40])
  }

  @Test("who answered, or stopped the subject itself, is not asked again")
  func answered() {
    var schedule = schedule()
    var scenario = Scenario.probed()
    scenario.reach("verifying")
    scenario.now = scenario.now.adding(milliseconds: 1_000)
    scenario.stop(at: "payments")
    scenario.probe("users")
    #expect(scenario.stateName == "holding")
    scenario.now = scenario.now.adding(milliseconds: 60_000)
    #expect(asked(&schedule, scenario) == [])
  }

  @Test("only quarantines and the way back from them are probed")
  func stages() {
    for state in ["awaiting-approval", "recording", "holding-throttle", "releasing", "released"] {
      var schedule = schedule()
      var scenario = Scenario.probed()
      scenario.reach(state)
      scenario.now = scenario.now.adding(milliseconds: 1_000)
      #expect(asked(&schedule, scenario) == [], "\(state)")
    }
    for (state, nodes) in [
      ("verifying", ["payments", "users"]), ("holding", ["users"]),
      ("verifying-release-step", ["payments", "users"]),
    ] {
      var schedule = schedule()
      var scenario = Scenario.probed()
      scenario.reach(state)
      scenario.now = scenario.now.adding(milliseconds: 1_000)
      #expect(asked(&schedule, scenario) == nodes, "\(state)")
    }
  }

  @Test("what is unproved is asked before what is proved elsewhere")
  func order() throws {
    var proved = Scenario.probed()
    proved.reach("holding")
    var unproved = Scenario.probed()
    unproved.reach("verifying")
    var first = try #require(proved.action)
    first.proxies[Scenario.proxy("payments")]?.firstStoppedAt = nil
    let second = try #require(unproved.action)
    let actions = [
      first,
      ActionRecord(copying: second, id: ActionID(number: 2)),
    ]
    var schedule = schedule(["payments"])
    let now = unproved.now.adding(milliseconds: 1_000)
    #expect(schedule.next(actions, at: now)?.action == ActionID(number: 2))
    #expect(schedule.next(actions, at: now)?.action == Scenario.id)
    #expect(schedule.next(actions, at: now) == nil)
  }
}

extension ActionRecord {
  fileprivate init(copying other: ActionRecord, id: ActionID) {
    self.init(
      id: id, subject: other.subject, policy: other.policy, proposedAt: other.proposedAt,
      detection: other.detection, state: other.state, step: other.step, stage: other.stage,
      notAfter: other.notAfter)
    sentAt = other.sentAt
    proxies = other.proxies
  }
}
