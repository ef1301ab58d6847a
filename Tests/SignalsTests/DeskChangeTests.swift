internal import MeshModel
internal import Testing

@testable internal import Signals

/// What becomes of signals that change: end past a budget, come again, are found to be about a workload.
struct DeskChangeTests {
  private typealias Desk = DeskScenario

  @Test("what fires ends, and that is recorded, however much its sender used up")
  func endsPastTheBudget() {
    var desk = Desk()
    desk.deliver([Desk.item("first", name: "first")])
    for delivery in 0..<16 {
      desk.deliver((0..<256).map { Desk.item("\(delivery * 256 + $0)") })
    }
    _ = desk.taken()
    desk.deliver([Desk.item("first", .resolved(at: nil), name: "first"), Desk.item("new")])
    #expect(desk.released == [.resolved])
    #expect(desk.answers == [.limited(retryAfterSeconds: 1)] && desk.entries.isEmpty)
    desk.deliver([Desk.item("first", .resolved(at: nil), name: "first")])
    #expect(desk.answers.last == .accepted(new: 1, known: 0))
    #expect(desk.entries.map(\.change) == [.resolved(of: Sample.now)])
  }

  @Test("what is over begins again when its sender dates it later, and only then")
  func beginsAnew() {
    var desk = Desk()
    desk.deliver([Desk.item()])
    desk.deliver([Desk.item("1", .resolved(at: nil), started: Sample.now)])
    desk.deliver([Desk.item()])
    #expect(desk.raised.count == 1)
    let later = Sample.now.adding(milliseconds: 1_000)
    desk.now = later
    desk.deliver([Desk.item("1", started: later)])
    #expect(desk.raised.count == 2 && desk.desk.incidents.count == 1)
    desk.deliver([Desk.item("1", .resolved(at: nil), started: later)])
    #expect(desk.released == [.resolved, .resolved])
    let again = Desk.restored(desk.entries)
    #expect(again.state(of: Desk.key) == desk.desk.state(of: Desk.key))
  }

  @Test("an incident is as grave as the gravest signal that still fires")
  func lessGrave() {
    var desk = Desk()
    desk.deliver([Desk.item("1", severity: .critical), Desk.item("2", severity: .low)])
    #expect(desk.desk.incidents.map(\.severity) == [.critical])
    desk.deliver([Desk.item("1", .resolved(at: nil))])
    #expect(desk.desk.incidents.map(\.severity) == [.low])
    #expect(desk.desk.scores == [Sample.web: SigmaLevel.low.score])
    #expect(desk.released.isEmpty)
    desk.deliver([Desk.item("3", severity: .high)])
    #expect(desk.raised.map(\.severity) == [.critical, .high])
  }

  @Test(
    "a signal about nobody known is evidence once the workload appears, and is one signal still")
  func found() {
    for status in [Signal.Status.firing, .occurred] {
      var desk = Desk()
      desk.deliver([Desk.item("1", status, about: .stranger(Sample.web))])
      #expect(desk.raised.isEmpty)
      #expect(desk.desk.unattributed[Desk.sender]?.count == 1)
      desk.deliver([Desk.item("1", status, about: .nobody)])
      #expect(desk.entries.count == 1)
      desk.deliver([Desk.item("1", status)])
      #expect(desk.raised.map(\.subject) == [Sample.web])
      #expect(desk.desk.incidents.map(\.key.subject) == [.subject(Sample.web)])
      #expect(desk.desk.unattributed.isEmpty)
      let again = Desk.restored(desk.entries)
      #expect(again.incidents == desk.desk.incidents)
      desk.deliver([Desk.item("1", status, about: .subject(Sample.users))])
      #expect(desk.raised.count == 1)
      desk.deliver([Desk.item("1", .resolved(at: nil))])
      #expect(desk.released == [.resolved] && desk.desk.incidents.isEmpty)
    }
  }

  @Test(
    "of signals about nobody known a sender's share is kept whole, and the rest is found when repeated"
  )
  func unattributedBound() {
    var limits = DeskLimits()
    limits.unattributedKibibytes = 3
    var desk = Desk(limits)
    desk.deliver((0..<5).map { Desk.item("\($0)", about: .nobody) })
    #expect(desk.desk.unattributed[Desk.sender]?.count == 3)
    desk.deliver((0..<5).map { Desk.item("\($0)") })
    #expect(desk.desk.incidents.map(\.count) == [5])
  }
}
