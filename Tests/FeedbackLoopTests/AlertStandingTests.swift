internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// What becomes of what alerts led to while some of them are resolved and others stand.
struct AlertStandingTests {
  private static func alert(
    _ incident: String, _ name: String = "Intrusion", _ severity: SigmaLevel = .critical,
    senders: [String] = ["am"]
  ) -> Detection {
    var alert = AlertTests.detection(senders: senders)
    alert.alert?.incident = incident
    alert.alert?.name = name
    alert.alert?.severity = severity
    alert.score = severity.score
    alert.corroborated = min(alert.corroborated, alert.score)
    return alert
  }

  private static func isSteppingDown(_ scenario: Scenario) -> Bool {
    if case .releasing(.step, _)? = scenario.action?.state { true } else { false }
  }

  @Test("what alerts led to stays while another that the same policy answers stands, and no longer")
  func standing() {
    let pair = ["am", "falco"]
    let other = Self.alert("2", senders: pair)
    let unanswered = [Self.alert("3", "Slow", senders: pair), Self.alert("4", "Intrusion", .low)]
    for state in ["awaiting-approval", "recording", "applying", "verifying", "holding"] {
      for (standing, isKept) in [([other], true), (unanswered, false)] {
        var scenario = AlertTests.reach(state, AlertTests.policy(AlertTerms(name: "Intrusion")))
        scenario.report(standing, resolved: ["1"])
        #expect((scenario.stateName == state) == isKept, "\(state)")
        // What stands now is what has to be resolved next.
        scenario.report([], resolved: ["2"])
        #expect(scenario.stateName != state, "\(state)")
      }
    }
    for (standing, isKept) in [([Self.alert("2")], true), (unanswered, false)] {
      var scenario = Scenario(policy: AlertTests.policy(AlertTerms(name: "Intrusion")))
      scenario.report([Self.alert("1")])
      scenario.report(standing, resolved: ["1"])
      scenario.wait(milliseconds: 2_000)
      #expect((scenario.action != nil) == isKept)
      #expect(scenario.action.map { $0.detection.alert?.incident == "2" } ?? true)
    }
  }

  @Test("a quarantine for which two senders were needed becomes a throttle when one is left")
  func oneLeft() {
    let ends: [([Detection], String, String)] = [
      ([Self.alert("2", senders: ["falco"])], "1", "am"),
      ([Self.alert("1")], "2", "falco"),
    ]
    for (standing, ended, sender) in ends {
      for state in ["applying", "verifying", "holding"] {
        var scenario = AlertTests.reach(state)
        scenario.report(standing, resolved: [ended], by: sender)
        #expect(Self.isSteppingDown(scenario), "\(state)")
      }
      var recording = AlertTests.reach("recording")
      recording.report(standing, resolved: [ended], by: sender)
      #expect(recording.action?.state.name == "refused")
      var approved = AlertTests.reach("awaiting-approval")
      approved.approve(by: "alice")
      approved.record()
      approved.acknowledgeAll()
      approved.stop()
      approved.report(standing, resolved: [ended], by: sender)
      #expect(approved.stateName == "holding")
    }
    // Who merely said nothing more gave no all-clear.
    var expired = AlertTests.reach("holding")
    expired.report([Self.alert("1")])
    expired.report([Self.alert("1")], resolved: ["9"])
    #expect(expired.stateName == "holding")
  }

  @Test("a step up that is being recorded is given up when a sender leaves, and the throttle stays")
  func leavesWhileRecording() {
    var scenario = AlertTests.scenario(["am"])
    scenario.record()
    scenario.acknowledgeAll()
    scenario.stop()
    scenario.report([Self.alert("1", senders: ["am", "falco"])])
    #expect(scenario.stateName == "recording" && scenario.action?.stage == .quarantine)
    scenario.report([Self.alert("2", senders: ["falco"])], resolved: ["1"])
    #expect(scenario.stateName == "holding")
    #expect(scenario.action?.stage == .throttle(Rate(perSecond: 20, burst: 40)))
    scenario.report([], resolved: ["2"], by: "falco")
    #expect(scenario.stateName == "releasing")
  }

  @Test("a policy that would do less takes a quarantine over as a throttle")
  func lesserSuccessor() {
    let second = AlertTests.policy(
      AlertTerms(name: "Y"), PolicyStep(stage: .throttle(Rate(perSecond: 5, burst: 5))))
    var scenario = AlertTests.reach("holding", AlertTests.policy(AlertTerms(name: "Intrusion")))
    scenario.engine.policies.append(second)
    scenario.engine.policies[1].name = "second"
    scenario.report([Self.alert("2", "Y", senders: ["am", "falco"])], resolved: ["1"])
    #expect(Self.isSteppingDown(scenario) && scenario.action?.policy == "second")
  }

  @Test("a policy that only observes, or refuses, hides no other policy's alert")
  func refusingPolicy() {
    var first = AlertTests.policy(AlertTerms(name: "Noise"))
    first.name = "first"
    for mode in [ResponsePolicy.Mode.observe, .enforce] {
      first.mode = mode
      first.guardrails.maxActive = 0
      var scenario = Scenario(policy: first)
      scenario.engine.policies = [first, AlertTests.policy(AlertTerms(name: "Shell"))]
      scenario.report([Self.alert("1", "Noise"), Self.alert("2", "Shell")])
      scenario.wait(milliseconds: 2_000)
      scenario.wait(milliseconds: 2_000)
      let open = scenario.engine.openActions
      #expect(open.map(\.detection.alert?.name) == ["Shell"], "\(mode)")
    }
  }

  @Test("another policy that would act goes on with what stands, and no cooldown bars it")
  func successor() {
    let first = AlertTests.policy(AlertTerms(name: "X"))
    var second = AlertTests.policy(AlertTerms(name: "Y"))
    second.name = "second"
    for (mode, isKept) in [
      (ResponsePolicy.Mode.enforce, true), (.observe, false), (.shadow, false),
    ] {
      var scenario = Scenario(policy: first)
      second.mode = mode
      scenario.engine.policies = [first, second]
      scenario.report([Self.alert("1", "X")])
      scenario.wait(milliseconds: 2_000)
      scenario.record()
      scenario.acknowledgeAll()
      scenario.report([Self.alert("2", "Y")], resolved: ["1"])
      #expect((scenario.action?.policy == "second") == isKept, "\(mode)")
      #expect((scenario.stateName == "verifying") == isKept, "\(mode)")
    }
  }

  @Test("what was resolved releases what it led to, and nothing else")
  func othersResolved() {
    var scenario = AlertTests.reach("holding")
    scenario.report([], resolved: ["9"])
    #expect(scenario.stateName == "holding")
    scenario.resolve()
    #expect(Self.isSteppingDown(scenario))
    scenario.report([], resolved: ["1", "9"])
    #expect(Self.isSteppingDown(scenario))
  }

  @Test("of several alerts the first policy's is answered, however grave the others are")
  func first() {
    var careful = AlertTests.policy(
      AlertTerms(name: "X"),
      PolicyStep(stage: .quarantine, withoutWitness: .approve))
    careful.name = "careful"
    let lenient = AlertTests.policy(
      AlertTerms(name: "Y"), PolicyStep(stage: .throttle(Rate(perSecond: 50, burst: 50))))
    var scenario = Scenario(policy: careful)
    scenario.engine.policies = [careful, lenient]
    for _ in 0..<3 {
      scenario.report([Self.alert("2", "Y"), Self.alert("1", "X", .high)])
      scenario.wait(milliseconds: 1_000)
    }
    #expect(scenario.stateName == "awaiting-approval")
    #expect(scenario.action?.policy == "careful")
  }

  @Test(
    "an operator's no holds for what alerts of other names call for, until a second sender joins")
  func noHolds() {
    var scenario = Scenario(policy: AlertTests.policy())
    scenario.engine.policies[0].mode = .approve
    scenario.report([Self.alert("1")])
    scenario.wait(milliseconds: 2_000)
    scenario.order(.reject(Scenario.id))
    scenario.report([Self.alert("2", "other")], id: ActionID(number: 2))
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.engine.openActions.isEmpty)
    scenario.report([Self.alert("2", "other", senders: ["am", "falco"])], id: ActionID(number: 3))
    #expect(scenario.engine.openActions.map(\.state.name) == ["awaiting-approval"])
  }

  @Test("what an alert led to is calm only when none that its policy answers is grave")
  func calm() {
    for (standing, isCalm) in [
      ([Self.alert("1", "Intrusion", .high)], false), ([Self.alert("1", "Slow")], true), ([], true),
    ] {
      var scenario = AlertTests.reach("holding", AlertTests.policy(AlertTerms(name: "Intrusion")))
      scenario.report(standing)
      scenario.calm()
      scenario.now = scenario.now.adding(milliseconds: 3_000)
      scenario.calm()
      #expect((scenario.stateName == "releasing") == isCalm)
    }
  }

  @Test("what an alert led to under a policy that is gone stays while any alert stands")
  func unknownPolicy() {
    var scenario = AlertTests.reach("holding")
    scenario.engine.policies = []
    scenario.report([Self.alert("2")], resolved: ["1"])
    #expect(scenario.stateName == "holding")
    scenario.report([], resolved: ["2"])
    #expect(scenario.stateName == "releasing")
  }
}
