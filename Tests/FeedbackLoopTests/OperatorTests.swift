internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct ApprovalTests {
  private static func waiting(count: Int = 2) -> Scenario {
    var scenario = Scenario(
      policy: Scenario.policy(steps: [
        PolicyStep(
          stage: .quarantine,
          approval: PolicyStep.Approval(count: count, expiresSeconds: 60, unlessConfidence: nil))
      ]))
    scenario.detect()
    return scenario
  }

  @Test("an action that needs two operators waits for the second")
  func fourEyes() {
    var scenario = Self.waiting()
    scenario.approve(by: "alice")
    #expect(scenario.stateName == "awaiting-approval")
    scenario.approve(by: "bob")
    #expect(scenario.stateName == "recording")
    #expect(scenario.action?.course.approvals.map(\.by) == ["alice", "bob"])
  }

  @Test("nobody approves twice")
  func twice() {
    var scenario = Self.waiting()
    scenario.approve(by: "alice")
    #expect(scenario.refusal(of: scenario.approval, by: "alice") == .alreadyApproved)
    #expect(scenario.stateName == "awaiting-approval")
  }

  @Test("one person who is known in two ways is still one person")
  func onePerson() {
    var scenario = Self.waiting()
    scenario.approve(by: "alice (oidc)")
    for name in ["alice (uid 1000)", "alice (token 00)", "alice"] {
      #expect(scenario.refusal(of: scenario.approval, by: name) == .alreadyApproved)
    }
    scenario.approve(by: "alice@shop (oidc)")
    #expect(scenario.stateName == "recording")
  }

  @Test("what changed since it was shown cannot be approved")
  func changed() {
    var scenario = Self.waiting(count: 1)
    let shown = scenario.approval
    scenario.engine.policies[0].revert.ttlMilliseconds *= 2
    #expect(scenario.refusal(of: shown, by: "alice") == .changed)
    #expect(scenario.refusal(of: scenario.approval, by: "alice") == nil)
    #expect(scenario.stateName == "recording")
  }

  @Test("who approved what it was before must look again, too")
  func staleApproval() {
    var scenario = Self.waiting()
    scenario.approve(by: "alice")
    scenario.engine.policies[0].revert.ttlMilliseconds *= 2
    scenario.approve(by: "bob")
    #expect(scenario.stateName == "awaiting-approval")
    scenario.approve(by: "alice")
    #expect(scenario.stateName == "recording")
  }

  @Test("a policy that is gone cannot be approved, and says so")
  func policyGone() {
    var scenario = Self.waiting(count: 1)
    let shown = scenario.approval
    scenario.engine.policies = []
    #expect(scenario.refusal(of: shown, by: "alice") == .guardrail(.policyRemoved))
  }
}

struct OrderTests {
  private static func order(
    _ name: String = "reports", seconds: Int64 = 60
  ) -> OperatorCommand {
    .order(
      OperatorOrder(
        subject: .workload(Scenario.identity(name)), stage: .quarantine,
        ttlMilliseconds: seconds * 1_000, reason: "stolen key"), id: Scenario.id)
  }

  @Test("an order is recorded before it acts, and says who gave it and why")
  func ordered() {
    var scenario = Scenario()
    scenario.order(Self.order())
    #expect(scenario.stateName == "recording")
    #expect(!scenario.effects.contains { $0.isEnforce })
    guard case .record(let entry)? = scenario.effects.first else {
      Issue.record("nothing recorded")
      return
    }
    #expect(entry.isIntent)
    #expect(entry.detail == "ordered by alice: stolen key")
    scenario.record()
    #expect(scenario.effects.contains { $0.isEnforce })
    #expect(scenario.action?.notAfter == Timestamp(seconds: 1_060))
  }

  @Test("an order that cannot be proved stays, escalated, until its time is over")
  func kept() {
    var scenario = Scenario()
    scenario.order(Self.order())
    scenario.record()
    scenario.acknowledgeAll()
    for _ in 0..<10 {
      scenario.calm()
      scenario.wait(milliseconds: 5_000)
    }
    #expect(scenario.stateName == "holding")
    #expect(scenario.effects.contains { $0.isEscalation })
    scenario.wait(milliseconds: 20_000)
    #expect(scenario.stateName == "releasing")
  }

  @Test("an order keeps its terms when new misdeeds step it up: no score ends it")
  func steppedUp() {
    var scenario = Scenario()
    scenario.order(
      .order(
        OperatorOrder(
          subject: Scenario.subject, stage: .throttle(Rate(perSecond: 1, burst: 1)),
          ttlMilliseconds: 60_000, reason: "odd"), id: Scenario.id))
    scenario.record()
    scenario.acknowledgeAll()
    scenario.stop(by: nil)
    scenario.detect(id: ActionID(number: 2))
    scenario.record()
    #expect(scenario.action?.stage == .quarantine)
    scenario.acknowledgeAll()
    scenario.stop()
    for _ in 0..<20 {
      scenario.calm()
      scenario.wait(milliseconds: 2_000)
    }
    #expect(scenario.stateName == "holding")
    #expect(scenario.action?.stage == .quarantine)
  }

  @Test("an order takes over a release that a proxy keeps open, within its deadline")
  func openRelease() {
    var scenario = Scenario()
    scenario.reach("holding")
    scenario.order(.revert(Scenario.id), by: "bob")
    let notAfter = scenario.action?.notAfter
    scenario.order(Self.order())
    #expect(scenario.stateName == "recording")
    scenario.record()
    #expect(scenario.effects.contains { $0.isEnforce })
    #expect(scenario.action?.notAfter == notAfter)
  }

  @Test("an order is refused with the reason: who is protected, unknown or acted on, and bad times")
  func refused() throws {
    let pattern = try SPIFFEPattern(parsing: "spiffe://shop.demo/ns/shop/sa/pay*")
    var scenario = Scenario(limits: LoopLimits(protected: [pattern]))
    #expect(
      scenario.refusal(of: Self.order("payments"), by: "alice") == .guardrail(.protected))
    #expect(
      scenario.refusal(of: Self.order("nobody"), by: "alice")
        == .unknownSubject(.workload(Scenario.identity("nobody"))))
    for seconds: Int64 in [0, -1, 3_601] {
      #expect(
        scenario.refusal(of: Self.order(seconds: seconds), by: "alice")
          == .badLifetime(limitMilliseconds: 3_600_000))
    }
    scenario.detect()
    #expect(
      scenario.refusal(of: Self.order(), by: "alice") == .actedOn(by: Scenario.id))
    var paused = Scenario()
    paused.order(.pause)
    #expect(paused.refusal(of: Self.order(), by: "alice") == .guardrail(.paused))
  }
}

extension Scenario {
  fileprivate var approval: OperatorCommand {
    .approve(Self.id, fingerprint: action.map { engine.fingerprint(of: $0) } ?? "")
  }

  fileprivate mutating func refusal(
    of command: OperatorCommand, by name: String
  ) -> CommandRefusal? {
    do {
      effects += try engine.handle(command, by: name, at: now)
      return nil
    } catch {
      return error
    }
  }
}
