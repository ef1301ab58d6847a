internal import MeshModel
internal import PlanCheck
internal import Testing

/// What the plan check lets out for the self-test, and nothing else with its identity.
struct SelfTestPlanTests {
  private static let start = Timestamp(seconds: 1_000)
  private static let offender = SPIFFEID.selfTest(in: "shop.demo")

  private static func plan(
    _ number: UInt64 = 1, of identity: SPIFFEID = offender, _ stage: Stage = .quarantine,
    isShadow: Bool = false, seconds: Int64 = 60
  ) -> Enforcement {
    Enforcement(
      action: ActionID(number: number), subject: .workload(identity), stage: stage,
      isShadow: isShadow, notAfter: start.adding(milliseconds: seconds * 1_000))
  }

  private static func workload(_ name: String) throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)")
  }

  private static func check(isTesting: Bool = true) throws -> PlanCheck {
    PlanCheck(
      PlanBounds(
        maxActive: 1, maxActiveClients: 1, maxTTLMilliseconds: 3_600_000,
        maxContinuousMilliseconds: 7_200_000, gateways: [],
        protected: [try SPIFFEPattern(parsing: "spiffe://shop.demo/flyball/*")],
        protectedClients: [], selfTest: isTesting ? offender : nil))
  }

  /// What comes of a plan whose cause and durable intent are known.
  private static func objection(
    to plan: Enforcement, isTesting: Bool = true, after milliseconds: Int64 = 0
  ) throws -> Objection? {
    var check = try check(isTesting: isTesting)
    check.heard(of: plan.subject, at: start)
    check.stored(plan, at: start)
    return check.objection(to: plan, at: start.adding(milliseconds: milliseconds))
  }

  @Test("a quarantine of the offender, a minute long, is let out, whatever is protected")
  func good() throws {
    #expect(try Self.objection(to: Self.plan()) == nil)
  }

  @Test("anything else with an identity of the self-test is not")
  func bad() throws {
    let throttle = Stage.throttle(Rate(perSecond: 1, burst: 1))
    #expect(try Self.objection(to: Self.plan(1, of: Self.offender, throttle)) == .otherStage)
    #expect(
      try Self.objection(to: Self.plan(1, of: Self.offender, .tightenMTLS)) == .otherStage)
    #expect(try Self.objection(to: Self.plan(isShadow: true)) == .otherForce)
    #expect(try Self.objection(to: Self.plan(seconds: 71)) == .tooLong)
    #expect(try Self.objection(to: Self.plan(), after: 60_000) == .noCause)
    let kept = Objection.protected("it is kept for the self-test")
    #expect(try Self.objection(to: Self.plan(), isTesting: false) == kept)
    #expect(
      try Self.objection(to: Self.plan(of: .selfTest(in: "shop.demo", place: 1))) == kept)
    #expect(try Self.objection(to: Self.plan(of: .selfTest(in: "other.demo"))) == kept)
  }

  @Test("it needs its intent to be durable and its cause to be heard like any other")
  func record() throws {
    var unheard = try Self.check()
    unheard.stored(Self.plan(), at: Self.start)
    #expect(unheard.objection(to: Self.plan(), at: Self.start) == .noCause)
    var unstored = try Self.check()
    unstored.heard(of: Self.plan().subject, at: Self.start)
    #expect(unstored.objection(to: Self.plan(), at: Self.start) == .noStoredIntent)
  }

  @Test("one at a time, and sending it again needs no new cause")
  func single() throws {
    var check = try Self.check()
    for number in [1, 2] as [UInt64] {
      check.heard(of: Self.plan().subject, at: Self.start)
      check.stored(Self.plan(number), at: Self.start)
    }
    #expect(check.objection(to: Self.plan(1), at: Self.start) == nil)
    #expect(check.objection(to: Self.plan(2), at: Self.start) == .tooMany(1))
    let later = Self.start.adding(milliseconds: 59_000)
    #expect(check.objection(to: Self.plan(1), at: later) == nil)
    check.withdrawn(ActionID(number: 1))
    #expect(check.objection(to: Self.plan(2), at: later) == nil)
  }

  @Test("it takes no place of a real action, and no real one takes its place")
  func apart() throws {
    let real = Self.plan(2, of: try Self.workload("reports"))
    for order in [[Self.plan(), real], [real, Self.plan()]] {
      var check = try Self.check()
      for plan in order {
        check.heard(of: plan.subject, at: Self.start)
        check.stored(plan, at: Self.start)
        #expect(check.objection(to: plan, at: Self.start) == nil, "\(plan.subject)")
      }
      let second = Self.plan(3, of: try Self.workload("users"))
      check.heard(of: second.subject, at: Self.start)
      check.stored(second, at: Self.start)
      #expect(check.objection(to: second, at: Self.start) == .tooMany(1))
    }
  }
}
