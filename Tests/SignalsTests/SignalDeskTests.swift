internal import MeshModel
internal import Testing

@testable internal import Signals

struct SignalDeskTests {
  private typealias Desk = DeskScenario

  @Test("evidence is raised and the sender hears 202 only once the signal is durable")
  func recordFirst() {
    var desk = Desk()
    desk.send([Desk.item()])
    #expect(desk.raised.isEmpty && desk.answers.isEmpty && desk.entries.count == 1)
    desk.recorded()
    #expect(desk.raised.map(\.subject) == [Sample.web])
    #expect(desk.answers == [.accepted(new: 1, known: 0)])
  }

  @Test("a failed record leaves no trace, so that the sender's next try counts")
  func failed() {
    var desk = Desk()
    desk.send([Desk.item()])
    desk.give(.recordFailed(DeliveryID(1)))
    #expect(desk.taken().contains(.answer(DeliveryID(1), .unavailable(retryAfterSeconds: 10))))
    desk.deliver([Desk.item()])
    #expect(desk.raised.count == 1 && desk.answers == [.accepted(new: 1, known: 0)])
  }

  @Test("a record that is not answered in time counts as failed, and its late word as nothing")
  func neverRecorded() {
    var desk = Desk()
    desk.send([Desk.item()])
    desk.wait(seconds: 30)
    #expect(desk.answers == [.unavailable(retryAfterSeconds: 10)])
    _ = desk.taken()
    desk.recorded()
    #expect(desk.effects.isEmpty)
  }

  @Test("the same signal in any number of deliveries is one piece of evidence and one record")
  func idempotent() {
    var desk = Desk()
    for _ in 0..<5 { desk.deliver([Desk.item(), Desk.item()]) }
    #expect(desk.raised.count == 1 && desk.entries.count == 1)
    #expect(desk.answers.allSatisfy { $0.status == 202 })
  }

  @Test("while a signal is being recorded, who sends it again is told to wait")
  func busy() {
    var desk = Desk()
    desk.send([Desk.item()])
    desk.send([Desk.item(), Desk.item("2")])
    #expect(desk.answers == [.unavailable(retryAfterSeconds: 1)])
    #expect(desk.entries.count == 1)
    desk.send([Desk.item()], by: "another")
    #expect(desk.entries.count == 2)
  }

  @Test("a release needs no record: it starts with a failing disk and a full desk")
  func releaseAtOnce() {
    var limits = DeskLimits()
    limits.pendingDeliveries = 1
    var desk = Desk(limits)
    desk.deliver([Desk.item()])
    desk.send([Desk.item("2", name: "other")])
    desk.send([Desk.item("1", .resolved(at: nil))])
    #expect(desk.released == [.resolved])
    #expect(desk.answers.last == .unavailable(retryAfterSeconds: 1))
    desk.give(.recorded(DeliveryID(2)))
    _ = desk.taken()
    desk.deliver([Desk.item("1", .resolved(at: nil))])
    #expect(desk.released.isEmpty && desk.entries.map(\.change) == [.resolved(of: Sample.now)])
    #expect(desk.desk.state(of: Desk.key) == .resolved(at: desk.now, of: Sample.now))
  }

  @Test("an incident ends with its last signal, and not before")
  func lastOne() {
    var desk = Desk()
    desk.deliver([Desk.item("1"), Desk.item("2")])
    #expect(desk.raised.count == 1)
    desk.deliver([Desk.item("1", .resolved(at: nil))])
    #expect(desk.released.isEmpty)
    desk.deliver([Desk.item("2", .resolved(at: nil))])
    #expect(desk.released == [.resolved] && desk.desk.incidents.isEmpty)
  }

  @Test("no sender ends what another reported")
  func apart() {
    var desk = Desk()
    desk.deliver([Desk.item()])
    desk.deliver([Desk.item("1", .resolved(at: nil))], by: "mallory")
    #expect(desk.released.isEmpty && desk.desk.incidents.count == 1)
  }

  @Test("a beginning that comes after its end is too late")
  func reordered() {
    var desk = Desk()
    desk.deliver([Desk.item("1", .resolved(at: nil))])
    desk.deliver([Desk.item()])
    #expect(desk.raised.isEmpty && desk.desk.incidents.isEmpty)
    var together = Desk()
    together.deliver([Desk.item("1", .resolved(at: nil)), Desk.item()])
    #expect(together.raised.isEmpty)
  }

  @Test("what names nobody, a stranger or several is kept and shown, and is evidence against none")
  func unattributed() {
    var desk = Desk()
    desk.deliver([
      Desk.item("1", about: .nobody), Desk.item("2", about: .stranger(Sample.web)),
      Desk.item("3", about: .ambiguous([Sample.users, Sample.web])),
    ])
    #expect(desk.raised.isEmpty && desk.entries.count == 3)
    #expect(desk.desk.incidents.count == 3)
    desk.deliver(["1", "2", "3"].map { Desk.item($0, .resolved(at: nil)) })
    #expect(desk.released.isEmpty && desk.desk.incidents.isEmpty)
  }

  @Test("a flood about one matter is one incident, which outlasts what it could not tell apart")
  func flood() throws {
    var limits = DeskLimits()
    limits.newsAtOnce = 20_000
    var desk = Desk(limits)
    for batch in 0..<40 {
      desk.deliver((0..<250).map { Desk.item("\(batch)-\($0)") })
    }
    #expect(desk.raised.count == 1)
    let incident = try #require(desk.desk.incidents.first)
    #expect(desk.desk.incidents.count == 1 && incident.members.count == 2_048)
    #expect(incident.overflow?.count == 10_000 - 2_048)
    for number in 0..<250 { desk.deliver([Desk.item("0-\(number)", .resolved(at: nil))]) }
    #expect(desk.released.isEmpty)
    desk.wait(seconds: 6 * 3_600)
    #expect(desk.released == [.expired] && desk.desk.incidents.isEmpty)
  }

  @Test("incidents beyond the bound are one, about nobody, and raise nothing")
  func manyIncidents() {
    var desk = Desk()
    desk.deliver((0..<200).map { Desk.item("\($0)", name: "n\($0)") })
    #expect(desk.raised.count == 64)
    #expect(desk.desk.incidents.count == 65)
    #expect(desk.desk.incidents.filter { $0.key == .flood(sender: Desk.sender) }.count == 1)
    desk.deliver([Desk.item("x", name: "x")], by: "another")
    #expect(desk.raised.count == 65)
  }

  @Test("a sender's signals are bounded: what ended goes first, what fires stays")
  func bounded() {
    var limits = DeskLimits()
    limits.signalsPerSender = 100
    var desk = Desk(limits)
    desk.deliver([Desk.item()])
    for number in 0..<500 {
      desk.deliver([Desk.item("a\(number)", .resolved(at: nil))])
      desk.now = desk.now.adding(milliseconds: 1)
    }
    func isKnown(_ id: String) -> Bool {
      desk.desk.state(of: SignalKey(sender: Desk.sender, id: Sample.signal(id).id)) != nil
    }
    #expect(isKnown("1") && isKnown("a499") && isKnown("a401") && !isKnown("a400"))
    desk.deliver((0..<200).map { Desk.item("f\($0)", name: "f\($0 % 3)") })
    #expect(isKnown("f98") && !isKnown("f99"))
    #expect(desk.desk.incidents.reduce(0) { $0 + $1.members.count } == 100)
    #expect(desk.desk.incidents.reduce(0) { $0 + ($1.overflow?.count ?? 0) } == 101)
  }

  @Test("what nobody repeats expires, which is no all-clear; what is repeated stands")
  func expiry() {
    var desk = Desk()
    desk.deliver([Desk.item()])
    desk.wait(seconds: 4 * 3_600)
    desk.deliver([Desk.item()])
    desk.wait(seconds: 4 * 3_600)
    #expect(desk.released.isEmpty)
    desk.wait(seconds: 2 * 3_600)
    #expect(desk.released == [.expired])
    #expect(desk.entries.last?.change == .expired)
    desk.deliver([Desk.item()])
    #expect(desk.raised.count == 2)
  }

  @Test("a signal that comes again about another workload is another incident")
  func again() throws {
    var desk = Desk()
    desk.deliver([Desk.item("1", .occurred), Desk.item("2")])
    desk.wait(seconds: 900)
    desk.deliver([Desk.item("1", about: .subject(Sample.users))])
    #expect(desk.raised.map(\.subject) == [Sample.web, Sample.users])
    #expect(Set(desk.raised.map(\.incident)).count == 2)
  }

  @Test("an event that only occurred counts from its start, and an old one raises nothing")
  func stale() {
    var desk = Desk()
    desk.deliver([Desk.item("1", .occurred, started: Sample.now.adding(milliseconds: -900_000))])
    #expect(desk.raised.isEmpty && desk.entries.count == 1)
    desk.deliver([Desk.item("2", .occurred, started: Sample.now.adding(milliseconds: -899_000))])
    #expect(desk.raised.count == 1)
    desk.wait(seconds: 1)
    #expect(desk.released == [.expired])
    desk.deliver([Desk.item("2", .occurred)])
    #expect(desk.raised.count == 1)
  }

  @Test("a copy of a delivery is answered as the first was, and does nothing")
  func replay() {
    var desk = Desk()
    desk.deliver([Desk.item()], replayKey: "m1")
    _ = desk.taken()
    desk.deliver([Desk.item(), Desk.item("2")], replayKey: "m1")
    #expect(desk.effects == [.answer(DeliveryID(2), .accepted(new: 0, known: 2))])
    desk.deliver([Desk.item("2")], by: "another", replayKey: "m1")
    #expect(desk.raised.count == 1)
    desk.wait(seconds: 601)
    desk.deliver([Desk.item("3")], replayKey: "m1")
    #expect(desk.entries.count == 2)
  }

  @Test("a failed delivery is no copy when it comes again, and a full window lets nothing new in")
  func replayWindow() {
    var limits = DeskLimits()
    limits.replays = 1
    var desk = Desk(limits)
    desk.send([Desk.item()], replayKey: "m1")
    desk.give(.recordFailed(DeliveryID(1)))
    desk.deliver([Desk.item()], replayKey: "m1")
    #expect(desk.raised.count == 1)
    desk.deliver([Desk.item("2")], replayKey: "m2")
    #expect(desk.raised.count == 1)
    #expect(desk.answers.last == .unavailable(retryAfterSeconds: 1))
  }

  @Test("a sender past its budget hears when to come again, and others are not held up")
  func budget() {
    var desk = SignalDesk()
    for _ in 0..<120 { #expect(desk.admit("a", at: Sample.now) == nil) }
    #expect(desk.admit("a", at: Sample.now) == .limited(retryAfterSeconds: 1))
    #expect(desk.admit("b", at: Sample.now) == nil)
    #expect(desk.admit("a", at: Sample.now.adding(milliseconds: 1_000)) == nil)
  }

  @Test("a sender of ever new signals hears when to come again, each being a record")
  func news() {
    var desk = Desk()
    for delivery in 0..<16 {
      desk.deliver((0..<256).map { Desk.item("\(delivery * 256 + $0)") })
    }
    _ = desk.taken()
    desk.deliver([Desk.item("one more")])
    desk.deliver([Desk.item("an end", .resolved(at: nil))])
    #expect(desk.answers == Array(repeating: .limited(retryAfterSeconds: 1), count: 2))
    desk.deliver([Desk.item("one more")], by: "another")
    #expect(desk.answers.last == .accepted(new: 1, known: 0))
    desk.now = desk.now.adding(milliseconds: 1_000)
    desk.deliver([Desk.item("one more")])
    #expect(desk.answers.last == .accepted(new: 1, known: 0))
  }

  @Test("the history gives the same desk again, with the evidence that still stands")
  func restore() {
    var desk = Desk()
    desk.deliver([Desk.item("1"), Desk.item("2", name: "other"), Desk.item("3", .occurred)])
    desk.deliver([Desk.item("2", .resolved(at: nil)), Desk.item("4", severity: .critical)])
    desk.wait(seconds: 7_200)
    desk.deliver([Desk.item("1")])
    var again = Desk.restored(desk.entries)
    #expect(again.incidents == desk.desk.incidents)
    for id in ["1", "2", "3", "4"] {
      let key = SignalKey(sender: Desk.sender, id: Sample.signal(id).id)
      #expect(again.state(of: key) == desk.desk.state(of: key), "\(id)")
    }
    #expect(again.detections(at: desk.now).keys.map(\.self) == [Sample.web])
    #expect(again.handle(.tick, at: desk.now).isEmpty)
  }

  @Test("a history that tells of a beginning twice, or after the end, opens nothing anew")
  func restoredTwice() {
    let began = SignalEntry(key: Desk.key, change: .began(Desk.item()), at: Sample.now)
    let resolved = SignalEntry(key: Desk.key, change: .resolved(of: Sample.now), at: Sample.now)
    let twice = Desk.restored([began, began])
    #expect(twice.incidents.map(\.members.count) == [1] && twice.incidents[0].overflow == nil)
    #expect(Desk.restored([began, began, resolved, began]).incidents.isEmpty)
  }

  @Test("whatever comes in whatever order, every incident that raised evidence is released once")
  func sampled() {
    for seed in 0..<100 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      var limits = DeskLimits()
      limits.incidentsPerSender = 3
      limits.signalsPerSender = 8
      var desk = Desk(limits)
      for _ in 0..<120 {
        let items = (0..<Int.random(in: 1...3, using: &random)).map { _ in
          Desk.item(
            "\(Int.random(in: 0..<9, using: &random))",
            [.firing, .resolved(at: nil), .occurred].randomElement(using: &random) ?? .firing,
            name: "n\(Int.random(in: 0..<5, using: &random))",
            severity: [nil, .low, .critical].randomElement(using: &random) ?? nil,
            about: Bool.random(using: &random) ? .subject(Sample.web) : .nobody, started: desk.now)
        }
        desk.send(items)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: desk.give(.recordFailed(DeliveryID(UInt64.random(in: 0..<150, using: &random))))
        case 1: desk.wait(seconds: Int64.random(in: 1...4_000, using: &random))
        default: desk.recorded()
        }
      }
      desk.wait(seconds: 90_000)
      desk.wait(seconds: 90_000)
      var open: Set<IncidentID> = []
      var isOnce = true
      for effect in desk.effects {
        if case .raise(let evidence) = effect { open.insert(evidence.incident) }
        if case .release(let incident, _, _) = effect {
          isOnce = open.remove(incident) != nil && isOnce
        }
      }
      #expect(isOnce && open.isEmpty && desk.desk.incidents.isEmpty, "seed \(seed)")
    }
  }
}
