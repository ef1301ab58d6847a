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
      schedule.ended(probe, at: scenario.now)
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

  @Test("where the subject's own proxies stop it, nobody waits for traffic that cannot come")
  func stoppedAtItsOwn() {
    var schedule = schedule()
    var policy = Scenario.policy()
    policy.verify.withinMilliseconds = 6_000
    var scenario = Scenario.probed(policy)
    scenario.reach("verifying")
    scenario.stop(at: "reports")
    scenario.settle()
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

  /// A quarantine that waits for the proof of many proxies, of which `probed` can be asked.
  private func crowd(of count: Int) -> Scenario {
    let nodes = (10..<10 + count).map { "w\($0)" }
    var scenario = Scenario(
      limits: LoopLimits(probed: Set(nodes.map { Scenario.proxy($0) })),
      nodes: ["reports"] + nodes)
    scenario.reach("applying")
    for node in nodes { scenario.acknowledge(node) }
    scenario.wait(milliseconds: 1_000)
    return scenario
  }

  @Test(
    "sixteen are under way at most, and a place that gets free is filled by what is due then")
  func atOnce() throws {
    let scenario = crowd(of: 40)
    var schedule = schedule((10..<50).map { "w\($0)" })
    let open = scenario.engine.openActions
    var underWay: [ProbeSchedule.Probe] = []
    while let probe = schedule.next(open, at: scenario.now) { underWay.append(probe) }
    #expect(underWay.count == 16 && Set(underWay.map(\.proxy)).count == 16)
    schedule.ended(try #require(underWay.first), at: scenario.now)
    #expect(schedule.next(open, at: scenario.now)?.proxy.node == "w26")
    #expect(schedule.next(open, at: scenario.now) == nil)
    // Nothing that is no longer wanted is asked.
    schedule.ended(underWay[1], at: scenario.now)
    #expect(schedule.next([], at: scenario.now) == nil)
  }

  @Test("proxies that kept a probe waiting go last, and take half of the places at most")
  func slowLast() {
    let scenario = crowd(of: 40)
    let nodes = (10..<50).map { "w\($0)" }
    var schedule = schedule(nodes)
    var now = scenario.now
    // The first twenty are dead.
    let isDead = { (probe: ProbeSchedule.Probe) in nodes.prefix(20).contains(probe.proxy.node) }
    for _ in 0..<2 {
      var dead: [ProbeSchedule.Probe] = []
      while let probe = schedule.next(scenario.engine.openActions, at: now) {
        if isDead(probe) { dead.append(probe) } else { schedule.ended(probe, at: now) }
      }
      now = now.adding(milliseconds: 1_000)
      for probe in dead { schedule.ended(probe, at: now) }
    }
    now = now.adding(milliseconds: 2_000)
    var order: [ProbeSchedule.Probe] = []
    while let probe = schedule.next(scenario.engine.openActions, at: now) {
      order.append(probe)
      if !isDead(probe) { schedule.ended(probe, at: now) }
    }
    #expect(order.prefix(20).map(\.proxy.node) == Array(nodes.suffix(20)))
    #expect(order.dropFirst(20).count == 8)
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
    for expected in [ActionID(number: 2), Scenario.id] {
      let next = schedule.next(actions, at: now)
      let probe = try #require(next)
      #expect(probe.action == expected)
      // No proxy is asked twice at once.
      #expect(schedule.next(actions, at: now) == nil)
      schedule.ended(probe, at: now)
    }
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
