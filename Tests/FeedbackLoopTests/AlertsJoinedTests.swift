import Testing

@testable import FeedbackLoop
@testable import MeshModel

/// Alerts that make more of what was there, and go again.
struct AlertsJoinedTests {
  private static let pair = ["am", "falco"]
  private static let throttle = Stage.throttle(Rate(perSecond: 20, burst: 40))
  private static let ordered = Stage.throttle(Rate(perSecond: 1, burst: 1))

  private static func alert(
    _ incident: String, _ name: String = "Intrusion", senders: [String] = ["am"],
    share: Double? = nil
  ) -> Detection {
    var alert = AlertTests.detection(senders: senders)
    alert.alert?.incident = incident
    alert.alert?.name = name
    alert.trafficShare = share
    return alert
  }

  /// A throttle that was not begun by alerts, and two senders that report its subject.
  private static func joined(isOrdered: Bool, until state: String) -> Scenario {
    var scenario = Scenario()
    var alerts = AlertTests.policy()
    alerts.name = "alerts"
    scenario.engine.policies.append(alerts)
    if isOrdered {
      scenario.order(
        .order(
          OperatorOrder(
            subject: Scenario.subject, stage: ordered, ttlMilliseconds: 60_000, reason: "mine"),
          id: Scenario.id))
    } else {
      scenario.detect(corroborated: 0)
      scenario.wait(milliseconds: 2_000)
    }
    scenario.record()
    scenario.acknowledgeAll()
    scenario.stop()
    scenario.report([alert("1", senders: pair)])
    if state != "recording" { scenario.record() }
    if state == "holding" {
      scenario.acknowledgeAll()
      scenario.stop()
    }
    return scenario
  }

  @Test(
    "what the mesh saw or an operator ordered goes on when the alerts that made more of it are over",
    arguments: [false, true], ["recording", "applying", "holding"])
  func goesOn(isOrdered: Bool, state: String) {
    var scenario = Self.joined(isOrdered: isOrdered, until: state)
    let policy = isOrdered ? ResponsePolicy.orderName : "policy"
    #expect(scenario.stateName == state && scenario.action?.stage == .quarantine)
    scenario.effects = []
    // One sender after the other.
    scenario.report([Self.alert("2", senders: ["falco"])], resolved: ["1"])
    scenario.report([], resolved: ["2"], by: "falco")
    #expect(scenario.action?.policy == policy)
    #expect(scenario.action?.detection.detector == (isOrdered ? .order : .lateralMovement))
    #expect(scenario.action?.stage == (isOrdered ? Self.ordered : Self.throttle))
    let isWithdrawn = scenario.effects.contains { if case .withdraw = $0 { true } else { false } }
    #expect(!isWithdrawn)
    scenario.acknowledgeAll()
    scenario.wait(milliseconds: 600)
    scenario.serve()
    #expect(scenario.stateName == "holding")
    // What ends it is what it began by.
    scenario.calm()
    scenario.now = scenario.now.adding(milliseconds: 7_000)
    scenario.calm()
    #expect(scenario.stateName == (isOrdered ? "holding" : "releasing"))
  }

  @Test("both senders gone at once is the same")
  func atOnce() {
    for isOrdered in [false, true] {
      var scenario = Self.joined(isOrdered: isOrdered, until: "holding")
      scenario.report([], resolved: ["1"])
      guard case .releasing(.step, _)? = scenario.action?.state else {
        Issue.record("\(scenario.stateName)")
        return
      }
      #expect(scenario.action?.detection.detector != .alert)
    }
  }

  @Test("a policy with fewer steps than the action took still judges it")
  func fewerSteps() {
    let both = [PolicyStep(stage: Self.throttle), PolicyStep(stage: .quarantine)]
    for count in [1, 2] {
      var scenario = AlertTests.reach("holding")
      let id = Scenario.id
      scenario.engine.policies[0].steps = Array(both.prefix(count))
      scenario.engine.actions[id]?.step = 1
      scenario.report([Self.alert("2", senders: ["falco"])], resolved: ["1"])
      guard case .releasing(.step, _)? = scenario.action?.state else {
        Issue.record("\(scenario.stateName)")
        return
      }
    }
  }

  @Test("a yes to a throttle is none to the quarantine that another sender made of it")
  func approvedThrottle() {
    var scenario = Scenario(policy: AlertTests.policy())
    let approval = PolicyStep.Approval(count: 1, expiresSeconds: 600, unlessConfidence: nil)
    scenario.engine.policies[0].steps = [
      PolicyStep(stage: Self.throttle, holdSeconds: 10, approval: approval),
      PolicyStep(stage: .quarantine, withoutWitness: .approve),
    ]
    scenario.report([Self.alert("1")])
    scenario.wait(milliseconds: 2_000)
    scenario.approve(by: "alice")
    scenario.record()
    scenario.acknowledgeAll()
    scenario.engine.actions[Scenario.id]?.state = .holding(since: scenario.now, calmSince: nil)
    scenario.wait(milliseconds: 11_000)
    scenario.report([Self.alert("1", senders: Self.pair)])
    scenario.record()
    scenario.acknowledgeAll()
    scenario.stop()
    #expect(scenario.stateName == "holding" && scenario.action?.stage == .quarantine)
    scenario.report([Self.alert("1")], resolved: ["2"], by: "falco")
    guard case .releasing(.step, _)? = scenario.action?.state else {
      Issue.record("\(scenario.stateName)")
      return
    }
    // The yes to the throttle holds on.
    scenario.acknowledgeAll()
    scenario.wait(milliseconds: 600)
    scenario.serve()
    scenario.report([Self.alert("2")], resolved: ["1"])
    #expect(scenario.stateName == "holding")
  }

  @Test("alerts that made more of what was seen go when all is calm, and its own policy goes on")
  func calmAgain() {
    var scenario = Self.joined(isOrdered: false, until: "holding")
    scenario.report([])
    scenario.calm()
    scenario.now = scenario.now.adding(milliseconds: 3_000)
    scenario.calm()
    #expect(scenario.action?.policy == "policy" && scenario.action?.stage == Self.throttle)
    #expect(scenario.stateName == "releasing")
  }

  @Test("a throttle stays while an earlier step of its policy would do as much")
  func earlierStep() {
    var scenario = Scenario(policy: AlertTests.policy())
    scenario.engine.policies[0].steps = [
      PolicyStep(stage: Self.throttle), PolicyStep(stage: .quarantine, withoutWitness: .approve),
    ]
    scenario.report([Self.alert("1"), Self.alert("2")])
    scenario.wait(milliseconds: 2_000)
    scenario.record()
    scenario.acknowledgeAll()
    let state = scenario.stateName
    scenario.engine.actions[Scenario.id]?.step = 1
    scenario.report([Self.alert("2")], resolved: ["1"])
    #expect(scenario.stateName == state && scenario.action?.stage == Self.throttle)
  }

  @Test("a tightening for which two senders were needed is let go when one is left")
  func tightening() {
    let policy = AlertTests.policy(
      nil, PolicyStep(stage: .tightenMTLS, withoutWitness: .throttle(Rate(perSecond: 5, burst: 5))))
    var scenario = Scenario(policy: policy)
    scenario.report([Self.alert("1", senders: Self.pair)])
    #expect(scenario.engine.openActions.map(\.stage) == [.tightenMTLS])
    scenario.report([Self.alert("2", senders: ["falco"])], resolved: ["1"])
    #expect(scenario.engine.openActions.allSatisfy { $0.stage != .tightenMTLS })
  }

  @Test("who leaves a quarantine makes it count no less in the hour")
  func countsOn() {
    let nodes = Scenario.nodes + ["w0", "w1", "w2"]
    var scenario = Scenario(
      policy: AlertTests.policy(),
      limits: LoopLimits(maxActive: 100, maxActivePercent: 100, maxActionsPerHour: 2), nodes: nodes)
    for number in 0..<3 {
      let id = ActionID(number: UInt64(number) + 1)
      let subject = Subject.workload(Scenario.identity("w\(number)"))
      let both = AlertTests.detection("w\(number)", senders: Self.pair)
      scenario.give(.reported(subject, [both], resolved: [], id: id))
      scenario.record(id)
      let one = AlertTests.detection("w\(number)", senders: ["am"])
      let left = EndedAlert(incident: "9", sender: "falco")
      scenario.give(.reported(subject, [one], resolved: [left], id: id))
    }
    #expect(
      scenario.engine.actions[ActionID(number: 3)]?.state
        == .closed(.refused(.maxActionsPerHour(limit: 2)), at: scenario.now))
  }

  @Test("a policy that would refuse takes nothing over")
  func refusingSuccessor() {
    for isCrowded in [true, false] {
      var scenario = AlertTests.reach("holding", AlertTests.policy(AlertTerms(name: "Intrusion")))
      var second = AlertTests.policy(AlertTerms(name: "Y"))
      second.name = "second"
      if isCrowded {
        second.guardrails.maxActive = 0
      } else {
        second.guardrails.maxTrafficShare = 0.1
      }
      scenario.engine.policies.append(second)
      scenario.report([Self.alert("2", "Y", senders: Self.pair, share: 0.5)], resolved: ["1"])
      #expect(scenario.action?.policy == "policy")
      guard case .releasing(.step, _)? = scenario.action?.state else {
        Issue.record("\(scenario.stateName)")
        return
      }
    }
  }

  @Test(
    "a refusal of what an incident calls for is told once an hour, and takes no place of others")
  func refusalsOfAlerts() {
    var scenario = Scenario(policy: AlertTests.policy())
    scenario.engine.policies[0].mode = .observe
    let refused = { (scenario: Scenario) in
      scenario.effects.count { if case .record = $0 { true } else { false } }
    }
    for second in 0..<600 {
      scenario.report(
        [Self.alert("1", senders: Self.pair)], id: ActionID(number: UInt64(second) + 1))
      scenario.now = scenario.now.adding(milliseconds: 5_000)
    }
    #expect(refused(scenario) == 1)
    scenario.report([Self.alert("2", senders: Self.pair)], id: ActionID(number: 9_001))
    #expect(refused(scenario) == 2)
    scenario.now = scenario.now.adding(milliseconds: 3_600_000)
    scenario.report([Self.alert("1", senders: Self.pair)], id: ActionID(number: 9_002))
    #expect(refused(scenario) == 3)
    // Who fires without end has no room but its own.
    for number in 0..<200 {
      scenario.report(
        [Self.alert("i\(number)", senders: Self.pair)],
        id: ActionID(number: UInt64(number) + 10_000))
    }
    #expect(refused(scenario) == 102)
    var other = Self.alert("o", senders: Self.pair)
    other.alert?.sender = "falco"
    scenario.report([other], id: ActionID(number: 9_003))
    #expect(refused(scenario) == 103)
  }

  @Test(
    "what the mesh sees neither displaces an alert that waits for a second sender, nor waits for it"
  )
  func apart() {
    var scenario = Scenario(policy: AlertTests.policy())
    var mesh = Scenario.policy(mode: .observe)
    mesh.name = "mesh"
    mesh.steps = [PolicyStep(stage: Self.throttle)]
    scenario.engine.policies.insert(mesh, at: 0)
    scenario.report([Self.alert("1")])
    scenario.detect(id: ActionID(number: 2))
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.action?.detection.detector == .alert && scenario.stateName == "recording")
  }
}
