internal import Access
internal import MeshModel
internal import Testing

/// A budget that a check may spend of.
private final class Spent<Caller: Hashable & Sendable> {
  private var budget: RequestBudget<Caller>

  init(_ budget: RequestBudget<Caller>) {
    self.budget = budget
  }

  var callerCount: Int { budget.callerCount }

  func take(_ caller: Caller, at now: Timestamp) -> Bool { budget.take(caller, at: now) }

  func hasRoom(for caller: Caller, at now: Timestamp) -> Bool {
    budget.hasRoom(for: caller, at: now)
  }
}

struct RequestBudgetTests {
  private func time(_ milliseconds: Int64) -> Timestamp {
    Timestamp(seconds: 1_000_000).adding(milliseconds: milliseconds)
  }

  @Test("so many at once, and so many a second over time")
  func rate() {
    let budget = Spent(RequestBudget<String>(perSecond: 2, burst: 3))
    #expect((0..<5).map { _ in budget.take("a", at: time(0)) } == [true, true, true, false, false])
    #expect(!budget.take("a", at: time(499)))
    #expect(budget.take("a", at: time(500)))
    #expect(!budget.take("a", at: time(999)))
    #expect((0..<5).count { _ in budget.take("a", at: time(1_000_000)) } == 3)
  }

  @Test("one caller spends nothing of another's")
  func apart() {
    let budget = Spent(RequestBudget<Int>(perSecond: 1, burst: 1))
    #expect(budget.take(1, at: time(0)) && budget.take(2, at: time(0)))
    #expect(!budget.take(1, at: time(0)) && !budget.hasRoom(for: 1, at: time(0)))
    #expect(budget.hasRoom(for: 1, at: time(1_000)))
  }

  @Test("asking whether there is room spends nothing")
  func room() {
    let budget = Spent(RequestBudget<Int>(perSecond: 1, burst: 1))
    for _ in 0..<10 { #expect(budget.hasRoom(for: 1, at: time(0))) }
    #expect(budget.take(1, at: time(0)))
  }

  @Test("a clock that goes backwards fills nothing, and one at the end of time overflows nothing")
  func hostileTime() {
    let budget = Spent(RequestBudget<Int>(perSecond: 1, burst: 1))
    #expect(budget.take(1, at: time(0)))
    for at in [time(-1_000_000), Timestamp(microseconds: .min)] {
      #expect(!budget.take(1, at: at))
    }
    _ = budget.take(1, at: Timestamp(microseconds: .max))
    _ = budget.take(2, at: Timestamp(microseconds: .min))
    _ = budget.take(2, at: Timestamp(microseconds: .max))
  }

  @Test("a flood of callers is bounded, shares one bucket, and takes nothing from those known")
  func flood() {
    let budget = Spent(RequestBudget<Int>(perSecond: 1, burst: 2, maximumCallers: 10))
    for caller in 0..<10 { #expect(budget.take(caller, at: time(0))) }
    let allowed = (10..<10_000).count { budget.take($0, at: time(1)) }
    #expect(allowed == 2 && budget.callerCount == 10)
    #expect(!budget.hasRoom(for: 5_000, at: time(1)))
    #expect(budget.take(3, at: time(1)))
    // Buckets that filled up again make room.
    #expect(budget.take(20_000, at: time(10_000)))
    #expect(budget.callerCount <= 10)
    #expect(budget.take(20_000, at: time(10_000)))
    #expect(!budget.take(20_000, at: time(10_000)))
  }
}
