internal import MeshModel
internal import Testing

@testable internal import FeedbackLoop

/// What other systems' alerts lead to, and what becomes of it when they are resolved.
struct AlertTests {
  static func detection(
    _ name: String = "reports", senders: [String] = ["am"],
    at: Timestamp = Timestamp(seconds: 1_000)
  ) -> Detection {
    Detection(
      subject: .workload(Scenario.identity(name)), detector: .alert,
      score: SigmaLevel.critical.score, corroborated: senders.count > 1 ? 0.99 : 0, failures: 1,
      total: 1, onset: at, at: at, destinations: [], witnesses: [],
      alert: MatchedAlert(
        incident: "1", sender: "am", name: "Intrusion", title: "Shell in a container",
        severity: .critical, senders: senders))
  }

  static func policy(_ terms: AlertTerms? = nil, _ step: PolicyStep? = nil)
    -> ResponsePolicy
  {
    var policy = Scenario.policy(
      steps: [
        step
          ?? PolicyStep(
            stage: .quarantine, withoutWitness: .throttle(Rate(perSecond: 20, burst: 40)))
      ])
    policy.matches = [
      ScoreMatch(detector: .alert, above: SigmaLevel.high.score, alerts: terms)
    ]
    return policy
  }

  static func scenario(_ senders: [String], nodes: [String] = Scenario.nodes) -> Scenario {
    var scenario = Scenario(policy: policy(), nodes: nodes)
    scenario.give(.detected(detection(senders: senders), id: Scenario.id))
    // A second sender may report it meanwhile.
    if senders.count == 1 { scenario.wait(milliseconds: 2_000) }
    return scenario
  }

  @Test("an alert of one sender throttles at most, one that two report quarantines")
  func senders() {
    #expect(Self.scenario(["am"]).action?.stage == .throttle(Rate(perSecond: 20, burst: 40)))
    #expect(Self.scenario(["am", "falco"]).action?.stage == .quarantine)
    // Whatever its score is said to be.
    var alone = Self.detection()
    alone.corroborated = alone.score
    var scenario = Scenario(policy: Self.policy())
    scenario.give(.detected(alone, id: Scenario.id))
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.action?.stage == .throttle(Rate(perSecond: 20, burst: 40)))
  }

  @Test(
    "an alert is answered when its name and its sender fit",
    arguments: [
      (AlertTerms(), true), (AlertTerms(name: "Intrusion"), true),
      (AlertTerms(name: "intrusion"), false), (AlertTerms(sender: "am"), true),
      (AlertTerms(sender: "falco"), false), (AlertTerms(name: "Intrusion", sender: "falco"), false),
    ])
  func terms(terms: AlertTerms, isAnswered: Bool) {
    var scenario = Scenario(policy: Self.policy(terms))
    scenario.give(.detected(Self.detection(senders: ["am", "falco"]), id: Scenario.id))
    #expect((scenario.action != nil) == isAnswered)
  }

  @Test("the history names the alert and who reports it")
  func reason() {
    let scenario = Self.scenario(["am", "falco"])
    guard case .record(let entry)? = scenario.effects.first else {
      Issue.record("nothing recorded")
      return
    }
    #expect(
      entry.detail
        == "quarantine: alert 'Shell in a container' (critical) of am, falco; score 0.99")
  }

  @Test("all senders that speak alone together bring about half of what may be live")
  func soleSenders() {
    let nodes = Scenario.nodes + ["orders", "mail"]
    var scenario = Scenario(
      policy: Self.policy(), limits: LoopLimits(maxActive: 4, maxActivePercent: 100), nodes: nodes)
    for (number, name) in nodes.enumerated() {
      scenario.give(
        .detected(Self.detection(name), id: ActionID(number: UInt64(number) + 1)))
    }
    scenario.wait(milliseconds: 2_000)
    let live = scenario.engine.openActions.map(\.subject.name)
    #expect(live.count == 2)
    let refused = scenario.engine.actions.values.compactMap { action -> Refusal? in
      guard case .closed(.refused(let refusal), _) = action.state else { return nil }
      return refusal
    }
    #expect(refused == Array(repeating: .soleWitnesses(limit: 2), count: 3))
  }

  @Test("alerts of one sender use up half of an hour's actions, and nothing of the mesh's own")
  func hourlyShare() throws {
    let nodes = Scenario.nodes + (0..<6).map { "w\($0)" }
    var scenario = Scenario(
      policy: Self.policy(),
      limits: LoopLimits(maxActive: 100, maxActivePercent: 100, maxActionsPerHour: 4), nodes: nodes)
    for number in 0..<3 {
      let id = ActionID(number: UInt64(number) + 1)
      scenario.give(.detected(Self.detection("w\(number)"), id: id))
      scenario.wait(milliseconds: 2_000)
      scenario.record(id)
      let subject = Subject.workload(Scenario.identity("w\(number)"))
      scenario.resolve(about: subject)
    }
    #expect(
      scenario.engine.actions[ActionID(number: 3)]?.state
        == .closed(.refused(.maxActionsPerHour(limit: 2)), at: scenario.now))
    for number in 3..<6 {
      scenario.give(
        .detected(
          Self.detection("w\(number)", senders: ["am", "falco"]),
          id: ActionID(number: UInt64(number) + 1)))
      scenario.record(ActionID(number: UInt64(number) + 1))
      #expect(
        scenario.engine.actions[ActionID(number: UInt64(number) + 1)]?.state.name == "applying")
    }
  }

  @Test("alerts of one sender ask half of what may be asked, and take no place of two that agree")
  func approvals() {
    let half = LoopLimits.approvals / 2
    let names = (0...half).map { "w\($0)" }
    var scenario = Scenario(policy: Self.policy(), nodes: Scenario.nodes + names)
    scenario.engine.policies[0].mode = .approve
    for senders in [["am"], ["am", "falco"]] {
      for (number, name) in names.enumerated() {
        let id = ActionID(number: UInt64(senders.count * 1_000 + number))
        scenario.give(.detected(Self.detection(name, senders: senders), id: id))
      }
      scenario.wait(milliseconds: 2_000)
      let asked = scenario.engine.openActions.count { $0.state.name == "awaiting-approval" }
      #expect(asked == half + senders.count - 1)
    }
  }

  @Test("an operator's no to an alert holds for the cooldown, however often the alert is told")
  func rejected() {
    var scenario = Self.reach("awaiting-approval")
    scenario.order(.reject(Scenario.id))
    let again = ActionID(number: 2)
    scenario.wait(milliseconds: 5_000)
    scenario.give(.detected(Self.detection(senders: ["am", "falco"]), id: again))
    guard case .closed(.refused(.cooldown), _) = scenario.engine.actions[again]?.state else {
      Issue.record("\(scenario.engine.actions[again]?.state.name ?? "none")")
      return
    }
    scenario.wait(milliseconds: 10_000)
    let later = ActionID(number: 3)
    scenario.give(.detected(Self.detection(senders: ["am", "falco"]), id: later))
    #expect(scenario.engine.actions[later]?.state.name == "awaiting-approval")
  }

  /// A loop with an action of an alert in a state.
  static func reach(_ state: String, _ policy: ResponsePolicy = policy()) -> Scenario {
    var scenario = Scenario(policy: policy)
    if state == "awaiting-approval" { scenario.engine.policies[0].mode = .approve }
    scenario.give(.detected(detection(senders: ["am", "falco"]), id: Scenario.id))
    let ways = ["recording", "applying", "verifying", "holding", "releasing-step"]
    guard let index = ways.firstIndex(of: state) else { return scenario }
    if index >= 1 { scenario.record() }
    if index >= 2 { scenario.acknowledgeAll() }
    if index >= 3 { scenario.stop() }
    if index >= 4 {
      scenario.calm()
      scenario.now = scenario.now.adding(milliseconds: 3_000)
      scenario.calm()
    }
    return scenario
  }

  @Test(
    "when all alerts are resolved what they led to is let go, from wherever it stands",
    arguments: [
      ("awaiting-approval", "refused", nil), ("recording", "refused", nil),
      ("applying", "releasing", Stage.throttle(Rate(perSecond: 50, burst: 50))),
      ("verifying", "releasing", .throttle(Rate(perSecond: 50, burst: 50))),
      ("holding", "releasing", .throttle(Rate(perSecond: 50, burst: 50))),
      ("releasing-step", "releasing", nil as Stage?),
    ])
  func cleared(state: String, end: String, stage: Stage?) {
    var scenario = Self.reach(state)
    #expect(scenario.stateName == (state == "releasing-step" ? "releasing" : state))
    scenario.effects = []
    scenario.resolve()
    #expect(scenario.stateName == end)
    let enforced = scenario.effects.compactMap { effect -> Stage? in
      guard case .enforce(let enforcement, _) = effect else { return nil }
      return enforcement.stage
    }
    #expect(enforced == [stage].compactMap(\.self))
    let isWithdrawn = scenario.effects.contains { effect in
      if case .withdraw = effect { true } else { false }
    }
    #expect(!isWithdrawn)
  }

  @Test("a throttle of one sender's alert goes at once when that is resolved")
  func throttle() {
    var scenario = Self.scenario(["am"])
    scenario.record()
    scenario.acknowledgeAll()
    scenario.effects = []
    scenario.resolve()
    #expect(scenario.effects.contains { if case .withdraw = $0 { true } else { false } })
    #expect(
      scenario.details.last
        == "throttle to nothing, to end as released: am no longer reports it")
  }

  @Test("what the mesh itself saw, and what an operator ordered, stays when alerts are resolved")
  func others() throws {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.resolve()
    #expect(scenario.stateName == "holding")

    var ordered = Self.reach("holding")
    ordered.order(.revert(Scenario.id))
    ordered.order(
      .order(
        OperatorOrder(
          subject: Scenario.subject, stage: .quarantine, ttlMilliseconds: 30_000, reason: "mine"),
        id: ActionID(number: 9)))
    #expect(ordered.action?.policy == ResponsePolicy.orderName)
    ordered.record()
    ordered.resolve()
    #expect(ordered.stateName == "applying")
  }

  @Test("an alert that waits for a second sender is forgotten when it is resolved")
  func waiting() {
    var scenario = Scenario(policy: Self.policy())
    scenario.give(.detected(Self.detection(), id: Scenario.id))
    scenario.resolve()
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.action == nil)
  }
}

extension Scenario {
  mutating func report(
    _ alerts: [Detection], resolved: [String] = [], by sender: String = "am",
    id: ActionID = Scenario.id
  ) {
    let ended = Set(resolved.map { EndedAlert(incident: $0, sender: sender) })
    give(.reported(Scenario.subject, alerts, resolved: ended, id: id))
  }

  /// The alert that led to it is over, and no other stands.
  mutating func resolve(about subject: Subject = Scenario.subject) {
    let ended = EndedAlert(incident: "1", sender: "am")
    give(.reported(subject, [], resolved: [ended], id: ActionID(number: 99)))
  }
}
