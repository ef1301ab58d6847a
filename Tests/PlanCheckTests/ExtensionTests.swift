internal import MeshModel
internal import PlanCheck
internal import Testing

struct ExtensionTests {
  private static let start = Timestamp(seconds: 1_000)

  private static func plan(minutes: Int64) throws -> Enforcement {
    Enforcement(
      action: ActionID(number: 1),
      subject: .workload(try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/reports")),
      stage: .quarantine, notAfter: start.adding(milliseconds: minutes * 60_000))
  }

  private static func at(minute: Int64) -> Timestamp { start.adding(milliseconds: minute * 60_000) }

  /// At most one hour at a time, and two without a pause; something is in force for an hour.
  private static func acting() throws -> PlanCheck {
    var check = PlanCheck(
      PlanBounds(
        maxActive: 5, maxActiveClients: 1, maxTTLMilliseconds: 3_600_000,
        maxContinuousMilliseconds: 7_200_000, gateways: [], protected: [], protectedClients: []))
    let plan = try plan(minutes: 60)
    check.heard(of: plan.subject, at: start)
    check.stored(plan, at: start)
    #expect(check.objection(to: plan, at: start) == nil)
    return check
  }

  @Test("a later deadline is let out only when an operator ordered it and the order is durable")
  func ordered() throws {
    let later = try Self.plan(minutes: 80)
    var unasked = try Self.acting()
    unasked.stored(later, at: Self.at(minute: 50))
    #expect(unasked.objection(to: later, at: Self.at(minute: 50)) == .extended)

    var check = try Self.acting()
    check.extended(later.action, milliseconds: 1_200_000, at: Self.at(minute: 50))
    #expect(check.objection(to: later, at: Self.at(minute: 50)) == .extended)
    check.stored(later, at: Self.at(minute: 50))
    #expect(check.objection(to: later, at: Self.at(minute: 50)) == nil)
    let beyond = try Self.plan(minutes: 81)
    #expect(check.objection(to: beyond, at: Self.at(minute: 50)) == .extended)
  }

  @Test("an order lets out no more than it asked for, once, and soon")
  func exact() throws {
    let order = { (check: inout PlanCheck) in
      check.extended(ActionID(number: 1), milliseconds: 1_200_000, at: Self.at(minute: 50))
    }
    let beyond = try Self.plan(minutes: 81)
    var check = try Self.acting()
    order(&check)
    check.stored(beyond, at: Self.at(minute: 50))
    #expect(check.objection(to: beyond, at: Self.at(minute: 50)) == .extended)

    let later = try Self.plan(minutes: 80)
    var late = try Self.acting()
    order(&late)
    late.stored(later, at: Self.at(minute: 51))
    #expect(late.objection(to: later, at: Self.at(minute: 51)) == .extended)

    var twice = try Self.acting()
    order(&twice)
    twice.stored(try Self.plan(minutes: 70), at: Self.at(minute: 50))
    twice.stored(later, at: Self.at(minute: 50))
    #expect(twice.objection(to: later, at: Self.at(minute: 50)) == .extended)
  }

  @Test(
    "no extension reaches past the longest lifetime from its order, nor past the continuous time")
  func bounds() throws {
    var check = try Self.acting()
    let tooFar = try Self.plan(minutes: 71)
    check.extended(tooFar.action, milliseconds: 660_000, at: Self.at(minute: 10))
    check.stored(tooFar, at: Self.at(minute: 10))
    #expect(check.objection(to: tooFar, at: Self.at(minute: 10)) == .tooLong)

    var long = try Self.acting()
    for minute in [50, 100] as [Int64] {
      long.extended(ActionID(number: 1), milliseconds: 1_860_000, at: Self.at(minute: minute))
      long.stored(try Self.plan(minutes: minute + 41), at: Self.at(minute: minute))
    }
    let past = try Self.plan(minutes: 121)
    long.extended(past.action, milliseconds: 3_600_000, at: Self.at(minute: 100))
    long.stored(past, at: Self.at(minute: 100))
    #expect(long.objection(to: past, at: Self.at(minute: 100)) == .tooLong)
  }
}
