internal import MeshModel
internal import PlanCheck
internal import Testing

struct PlanCheckTests {
  private static let start = Timestamp(seconds: 1_000)

  private static func identity(_ name: String) -> SPIFFEID {
    guard let identity = try? SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)") else {
      preconditionFailure("bad test name \(name)")
    }
    return identity
  }

  private static func plan(
    _ number: UInt64 = 1, of name: String = "reports", _ stage: Stage = .quarantine,
    seconds: Int64 = 60
  ) -> Enforcement {
    Enforcement(
      action: ActionID(number: number), subject: .workload(identity(name)), stage: stage,
      notAfter: start.adding(milliseconds: seconds * 1_000))
  }

  private static func check(maxActive: Int = 5, protected: [SPIFFEPattern] = []) -> PlanCheck {
    PlanCheck(
      PlanBounds(
        maxActive: maxActive, maxActiveClients: 1, maxTTLMilliseconds: 3_600_000,
        maxContinuousMilliseconds: 7_200_000,
        gateways: [identity("ingress")], protected: protected,
        protectedClients: [IPPrefix("203.0.113.0/24")].compactMap(\.self)))
  }

  /// A check that knows the cause and the durable intent of a plan.
  private static func knowing(_ plan: Enforcement, maxActive: Int = 5) -> PlanCheck {
    var check = check(maxActive: maxActive)
    check.heard(of: plan.subject, at: start)
    check.stored(plan, at: start)
    return check
  }

  @Test("what was detected and is durable is let out, and so is sending it again")
  func good() {
    var check = Self.knowing(Self.plan())
    #expect(check.objection(to: Self.plan(), at: Self.start) == nil)
    #expect(check.objection(to: Self.plan(), at: Self.start) == nil)
  }

  @Test("an intent to shadow lets out no enforcement, nor the other way round")
  func shadows() {
    var shadow = Self.plan()
    shadow.isShadow = true
    var check = Self.knowing(shadow)
    #expect(check.objection(to: Self.plan(), at: Self.start) == .otherForce)
    #expect(check.objection(to: shadow, at: Self.start) == nil)
    check = Self.knowing(Self.plan())
    #expect(check.objection(to: shadow, at: Self.start) == .otherForce)
  }

  @Test("shadows are counted apart from what is enforced")
  func shadowCount() {
    var check = Self.check(maxActive: 1)
    for number in 1...101 as ClosedRange<UInt64> {
      var plan = Self.plan(number, of: "w\(number)")
      plan.isShadow = true
      check.heard(of: plan.subject, at: Self.start)
      check.stored(plan, at: Self.start)
      #expect(
        check.objection(to: plan, at: Self.start) == (number > 100 ? .tooMany(100) : nil))
    }
    let enforced = Self.plan(200)
    check.heard(of: enforced.subject, at: Self.start)
    check.stored(enforced, at: Self.start)
    #expect(check.objection(to: enforced, at: Self.start) == nil)
  }

  @Test("nothing is let out before its intent is durable")
  func intent() {
    var check = Self.check()
    check.heard(of: Self.plan().subject, at: Self.start)
    #expect(check.objection(to: Self.plan(), at: Self.start) == .noStoredIntent)
  }

  @Test("an intent lets out its own subject, its stage or less, and no later deadline")
  func exact() {
    let rate = Rate(perSecond: 5, burst: 5)
    var check = Self.knowing(Self.plan(.init(1), of: "reports", .throttle(rate)))
    #expect(
      check.objection(to: Self.plan(1, of: "users", .throttle(rate)), at: Self.start)
        == .otherSubject)
    #expect(check.objection(to: Self.plan(), at: Self.start) == .otherStage)
    #expect(
      check.objection(to: Self.plan(1, of: "reports", .throttle(rate), seconds: 61), at: Self.start)
        == .extended)
    check.stored(Self.plan(seconds: 90), at: Self.start)
    #expect(check.objection(to: Self.plan(seconds: 90), at: Self.start) == .extended)
    #expect(check.objection(to: Self.plan(), at: Self.start) == nil)
    let other = Rate(perSecond: 1, burst: 1)
    #expect(
      check.objection(to: Self.plan(1, of: "reports", .throttle(other)), at: Self.start) == nil)
  }

  @Test("no deadline is later than the configuration allows, whatever the intent says")
  func lifetime() {
    var check = Self.knowing(Self.plan(seconds: 7_200))
    #expect(check.objection(to: Self.plan(seconds: 7_200), at: Self.start) == .tooLong)
  }

  @Test("gateways, protected identities, wide blocks and this machine are never touched")
  func protected() throws {
    let gateway = Self.plan(1, of: "ingress")
    var check = Self.knowing(gateway)
    #expect(check.objection(to: gateway, at: Self.start) == .protected("it is a gateway"))

    let pattern = try SPIFFEPattern(parsing: "spiffe://shop.demo/ns/shop/sa/rep*")
    var guarded = Self.check(protected: [pattern])
    guarded.heard(of: Self.plan().subject, at: Self.start)
    guarded.stored(Self.plan(), at: Self.start)
    #expect(guarded.objection(to: Self.plan(), at: Self.start) == .protected("it is protected"))

    for (block, reason) in [
      ("198.51.100.0/24", "it is more than one client"), ("127.0.0.1", "it is this machine's"),
      ("203.0.113.9", "it is protected"),
    ] {
      let address = try #require(IPPrefix(block))
      var plan = gateway
      plan.subject = .client(address, at: Self.identity("ingress"))
      var check = Self.knowing(plan)
      #expect(check.objection(to: plan, at: Self.start) == .protected(reason))
    }
  }

  @Test("nothing is acted on of which nothing was heard")
  func cause() {
    var check = Self.check()
    check.stored(Self.plan(), at: Self.start)
    #expect(check.objection(to: Self.plan(), at: Self.start) == .noCause)
  }

  @Test("more than the cap is never in force, and what is withdrawn or past makes room")
  func cap() {
    var check = Self.knowing(Self.plan(), maxActive: 1)
    let second = Self.plan(2, of: "users", seconds: 120)
    check.heard(of: second.subject, at: Self.start)
    check.stored(second, at: Self.start)
    #expect(check.objection(to: Self.plan(), at: Self.start) == nil)
    #expect(check.objection(to: second, at: Self.start) == .tooMany(1))
    let past = Self.start.adding(milliseconds: 60_000)
    #expect(check.objection(to: second, at: past) == nil)

    var other = Self.knowing(Self.plan(), maxActive: 1)
    #expect(other.objection(to: Self.plan(), at: Self.start) == nil)
    other.withdrawn(ActionID(number: 1))
    other.heard(of: second.subject, at: Self.start)
    other.stored(second, at: Self.start)
    #expect(other.objection(to: second, at: Self.start) == nil)
  }

  @Test("a flood of made-up subjects keeps no new one out")
  func flood() throws {
    var check = Self.check()
    let gateway = Self.identity("ingress")
    for number in 0..<150_000 {
      let block = try #require(IPPrefix("10.\(number >> 16).\(number >> 8 & 255).\(number & 255)"))
      check.heard(
        of: .client(block, at: gateway),
        at: Self.start.adding(milliseconds: Int64(number / 100)))
    }
    let later = Self.start.adding(milliseconds: 2_000)
    check.heard(of: Self.plan().subject, at: later)
    check.stored(Self.plan(), at: later)
    #expect(check.objection(to: Self.plan(), at: later) == nil)
    // And what is in force goes on to its release, however many come after it.
    for number in 0..<150_000 {
      let block = try #require(IPPrefix("11.\(number >> 16).\(number >> 8 & 255).\(number & 255)"))
      check.heard(
        of: .client(block, at: gateway), at: later.adding(milliseconds: Int64(number / 100)))
    }
    let down = Self.plan(1, of: "reports", .throttle(Rate(perSecond: 1, burst: 1)))
    #expect(check.objection(to: down, at: later.adding(milliseconds: 2_000)) == nil)
  }

  @Test("what an earlier process intended stands, whatever this one's limits and clock")
  func adoptedLong() {
    var check = Self.check()
    check.adopted(Self.plan(seconds: 9_000), stages: [.quarantine], at: Self.start)
    #expect(check.objection(to: Self.plan(seconds: 9_000), at: Self.start) == nil)
    #expect(check.objection(to: Self.plan(seconds: 9_001), at: Self.start) == .extended)
  }

  @Test("what an earlier process left goes on, even beyond the cap")
  func adopted() {
    var check = Self.check(maxActive: 1)
    check.adopted(Self.plan(), stages: [.quarantine], at: Self.start)
    check.adopted(Self.plan(2, of: "users"), stages: [.quarantine], at: Self.start)
    #expect(check.objection(to: Self.plan(), at: Self.start) == nil)
    #expect(check.objection(to: Self.plan(2, of: "users"), at: Self.start) == nil)
  }
}
