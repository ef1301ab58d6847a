internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct LoadTests {
  @Test("while telemetry is shed, nothing new begins", arguments: [LoadState.hold, .safe])
  func noNewAction(load: LoadState) {
    var scenario = Scenario()
    scenario.give(.load(load))
    scenario.give(.detected(Scenario.detection(), id: Scenario.id))
    #expect(scenario.action?.state == .closed(.refused(.overloaded(load)), at: scenario.now))
  }

  @Test("while telemetry is shed, quiet is no all-clear, and a release that began goes on")
  func noAllClear() {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.give(.load(.hold))
    for _ in 0..<100 {
      scenario.give(.scores([Scenario.subject: 0]))
      scenario.wait(milliseconds: 100)
    }
    #expect(scenario.stateName == "holding")
    var releasing = Scenario()
    releasing.reach("releasing")
    releasing.give(.load(.safe))
    for node in Scenario.nodes { releasing.acknowledge(node) }
    #expect(releasing.stateName == "verifying-release")
  }

  @Test("no load keeps a deadline or an operator from taking an action back")
  func releases() {
    for isOrdered in [true, false] {
      var scenario = Scenario()
      scenario.reach("holding")
      scenario.give(.load(.safe))
      if isOrdered {
        scenario.order(.revert(Scenario.id))
      } else {
        scenario.wait(milliseconds: 60_000)
      }
      #expect(scenario.stateName == "releasing")
    }
  }

  @Test("a proxy that drops entries of its log gives no all-clear")
  func lossy() {
    var scenario = Scenario()
    scenario.reach("holding")
    for node in Scenario.nodes { scenario.give(.dropped(Scenario.proxy(node), total: 5)) }
    var total: UInt64 = 5
    for second in 0..<20 {
      total += 1
      for node in Scenario.nodes where second < 10 {
        scenario.give(.dropped(Scenario.proxy(node), total: total))
      }
      scenario.calm()
      scenario.wait(milliseconds: 1_000)
      if second < 18 { #expect(scenario.stateName == "holding", "second \(second)") }
    }
    // It is said once, not at each count.
    let losses = scenario.effects.filter {
      if case .record(let entry) = $0 { entry.event == "telemetry-lost" } else { false }
    }
    #expect(losses.count == Scenario.nodes.count)
    for _ in 0..<5 {
      scenario.calm()
      scenario.wait(milliseconds: 1_000)
    }
    #expect(scenario.stateName != "holding")
  }

  @Test("a deploy is learned anew, and the next of the same workload only after an hour")
  func deploys() throws {
    let workload = Scenario.identity("reports")
    var scenario = Scenario()
    scenario.order(.deploy(workload))
    #expect(scenario.effects.contains(.relearn(workload)))
    #expect(
      throws: CommandRefusal.recentDeploy(until: scenario.now.adding(milliseconds: 3_600_000))
    ) {
      try scenario.engine.handle(.deploy(workload), by: "alice", at: scenario.now)
    }
    scenario.effects = []
    scenario.now = scenario.now.adding(milliseconds: 3_600_000)
    scenario.order(.deploy(workload))
    #expect(scenario.effects.contains(.relearn(workload)))
  }

  @Test("each change of load is recorded once")
  func recorded() {
    var scenario = Scenario()
    for load in [LoadState.normal, .thinning, .thinning, .normal] { scenario.give(.load(load)) }
    let details = scenario.effects.compactMap { effect -> String? in
      if case .record(let entry) = effect { entry.detail } else { nil }
    }
    #expect(details == ["normal to thinning", "thinning to normal"])
  }
}
