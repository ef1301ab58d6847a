internal import MeshModel
internal import Notifications
internal import Testing

/// An outbox and a clock.
private struct Course {
  var outbox: NoticeOutbox
  var now = NoticeSample.now
  var effects: [NoticeEffect] = []

  /// Each receiver by its name, told four at a time.
  init(_ names: Set<String> = ["a"], _ limits: NoticeLimits = Course.limits) {
    self.init(names.map { NoticeSample.receiver($0) }, limits)
  }

  init(
    _ receivers: [NoticeReceiver], _ limits: NoticeLimits = Course.limits,
    accounts: [String: NoticeAccount] = [:]
  ) {
    outbox = NoticeOutbox(receivers: receivers, accounts: accounts, limits: limits)
  }

  static let limits = {
    var limits = NoticeLimits()
    limits.sending = 4
    return limits
  }()

  mutating func give(_ event: NoticeEvent, random: UInt64 = 0) {
    effects += outbox.handle(event, random: random, at: now)
  }

  mutating func notice(_ id: String, matter: String? = nil, record: Int64? = nil) {
    give(.notice(NoticeSample.notice(id, matter: matter ?? id), record: record))
  }

  mutating func reminder(_ matter: String) {
    give(.reminder(NoticeSample.notice("\(matter)-reminder", matter: matter)))
  }

  /// How the last attempt went, or the one that is given.
  mutating func sent(
    _ id: String, _ outcome: SendOutcome, to receiver: String = "a", attempt: Int? = nil
  ) {
    let last = effects.compactMap { effect -> Int? in
      if case .send(let notice, receiver, let attempt) = effect, notice.id == id {
        attempt
      } else {
        nil
      }
    }.last
    give(.sent(receiver: receiver, noticeID: id, attempt: attempt ?? last ?? 1, outcome))
  }

  mutating func wait(seconds: Int64, random: UInt64 = 0) {
    now = now.adding(milliseconds: seconds * 1_000)
    give(.tick, random: random)
  }

  /// What was sent so far, as `id to receiver, attempt`.
  var sends: [String] {
    effects.compactMap { effect in
      if case .send(let notice, let receiver, let attempt) = effect {
        "\(notice.id)>\(receiver) \(attempt)"
      } else {
        nil
      }
    }
  }
}

struct NoticeOutboxTests {
  private static let taken = SendOutcome.answered(status: 202, retryAfterSeconds: nil)

  @Test("each receiver is told once of each notice, and none waits for another")
  func told() {
    var course = Course(["a", "b"])
    course.notice("1")
    course.notice("1")
    #expect(course.sends == ["1>a 1", "1>b 1"])
    course.sent("1", Self.taken)
    course.sent("1", .unreachable, to: "b")
    #expect(course.outbox.count(for: "a") == 0 && course.outbox.count(for: "b") == 1)
    course.notice("2")
    #expect(course.sends.suffix(2) == ["2>a 1", "2>b 1"])
  }

  @Test("what failed is sent again at its time, and given up after the seventh attempt")
  func retried() {
    var course = Course()
    course.notice("1")
    for attempt in 1...7 {
      #expect(course.sends.last == "1>a \(attempt)")
      #expect(course.outbox.deadLetters.isEmpty)
      course.sent("1", .unreachable)
      course.wait(seconds: 36_000)
    }
    #expect(course.sends.count == 7)
    #expect(course.outbox.deadLetters.map(\.reason) == [.attemptsUsed])
    #expect(course.outbox.deadLetters.map(\.attempts) == [7])
    #expect(course.outbox.count(for: "a") == 0)
  }

  @Test("nothing is sent before its time")
  func early() {
    var course = Course()
    course.notice("1")
    course.sent("1", .answered(status: 503, retryAfterSeconds: 60))
    course.wait(seconds: 59)
    #expect(course.sends.count == 1)
    course.wait(seconds: 1)
    #expect(course.sends.count == 2)
  }

  @Test("an attempt that nobody speaks of again counts as unanswered, and its late word as nothing")
  func silent() {
    var course = Course()
    course.notice("1")
    course.wait(seconds: 59)
    #expect(course.outbox.count(for: "a") == 1 && course.sends.count == 1)
    course.wait(seconds: 1)
    course.sent("1", Self.taken)
    #expect(course.outbox.count(for: "a") == 1)
    course.wait(seconds: 5)
    #expect(course.sends == ["1>a 1", "1>a 2"])
    course.sent("1", Self.taken, attempt: 1)
    #expect(course.outbox.count(for: "a") == 1)
    course.sent("1", Self.taken, attempt: 2)
    #expect(course.outbox.count(for: "a") == 0)
  }

  @Test("a refusal ends it at once, and says with which status")
  func refused() {
    var course = Course()
    course.notice("1")
    course.sent("1", .answered(status: 410, retryAfterSeconds: nil))
    course.wait(seconds: 100_000)
    #expect(course.sends.count == 1)
    #expect(course.outbox.deadLetters.map(\.reason) == [.refused(status: 410)])
  }

  @Test("few are sent at once, and the queue is bounded: the oldest that waits makes room")
  func bounded() {
    var limits = Course.limits
    limits.queued = 6
    limits.deadLetters = 3
    var course = Course(["a"], limits)
    for number in 0..<12 { course.notice("\(number)") }
    #expect(course.sends == ["0>a 1", "1>a 1", "2>a 1", "3>a 1"])
    #expect(course.outbox.count(for: "a") == 6)
    #expect(course.outbox.deadLetters.map(\.notice.id) == ["7", "8", "9"])
    #expect(course.outbox.deadLetters.allSatisfy { $0.reason == .displaced })
    course.sent("0", Self.taken)
    #expect(course.sends.last == "10>a 1")
    #expect(
      course.effects.count {
        if case .dead = $0 { true } else { false }
      } == 6)
  }

  @Test("what failed at the same moment does not all come again at the same moment")
  func jitter() {
    var course = Course()
    for number in 0..<4 { course.notice("\(number)") }
    course.wait(seconds: 60, random: 7)
    course.now = course.now.adding(milliseconds: 3_750)
    course.give(.tick)
    let early = course.sends.count - 4
    course.wait(seconds: 5)
    #expect(course.sends.count == 8)
    #expect((1...3).contains(early), "\(early)")
  }

  @Test("notices of one matter go out in order: what is over does not begin again")
  func order() {
    var course = Course()
    course.notice("applied", matter: "m")
    course.notice("released", matter: "m")
    course.notice("other")
    #expect(course.sends == ["applied>a 1", "other>a 1"])
    course.sent("applied", .unreachable)
    #expect(course.sends.count == 2)
    course.wait(seconds: 5)
    #expect(course.sends.last == "applied>a 2" && course.sends.count == 3)
    course.sent("applied", Self.taken)
    #expect(course.sends.last == "released>a 1")
  }

  @Test("a receiver is owed what comes after its cursor, which passes nothing that waits")
  func cursors() {
    var course = Course(
      [NoticeSample.receiver("a"), NoticeSample.receiver("b")],
      accounts: ["a": NoticeAccount(readUpTo: 5), "b": NoticeAccount(readUpTo: 3)])
    course.notice("4", record: 4)
    course.notice("6", record: 6)
    course.notice("8", record: 8)
    course.give(.read(upTo: 9))
    #expect(Set(course.sends) == ["6>a 1", "8>a 1", "4>b 1", "6>b 1", "8>b 1"])
    func cursor(_ name: String) -> Int64 { course.outbox.account(of: name).cursor }
    #expect(cursor("a") == 5 && cursor("b") == 3)
    course.sent("8", Self.taken)
    #expect(cursor("a") == 5)
    course.sent("6", .unreachable)
    #expect(cursor("a") == 5)
    course.wait(seconds: 5)
    course.sent("6", .answered(status: 400, retryAfterSeconds: nil))
    #expect(cursor("a") == 9)
    course.sent("4", Self.taken, to: "b")
    #expect(cursor("b") == 5)
  }

  @Test("an earlier process's account names what waited: nothing else of that time is told again")
  func account() {
    let receiver = NoticeSample.receiver("a")
    var course = Course([receiver], accounts: ["a": NoticeAccount(readUpTo: 5)])
    for number in 6...8 as ClosedRange<Int64> { course.notice("\(number)", record: number) }
    course.give(.read(upTo: 9))
    course.sent("6", .unreachable)
    course.sent("7", Self.taken)
    course.sent("8", .answered(status: 410, retryAfterSeconds: nil))
    let account = course.outbox.account(of: "a")
    #expect(account == NoticeAccount(readUpTo: 9, owed: ["6": 6]))

    var next = Course([receiver], accounts: ["a": account])
    #expect(next.outbox.account(of: "a") == account, "what was not read again is owed")
    for number in 6...8 as ClosedRange<Int64> { next.notice("\(number)", record: number) }
    next.notice("10", record: 10)
    #expect(next.sends == ["6>a 1", "10>a 1"])
    next.give(.read(upTo: 10))
    #expect(
      next.outbox.account(of: "a") == NoticeAccount(readUpTo: 10, owed: ["6": 6, "10": 10]))

    var without = Course([receiver], accounts: ["a": account])
    without.give(.read(upTo: 6))
    #expect(
      without.outbox.account(of: "a") == NoticeAccount(readUpTo: 9), "its record says no more")
  }

  @Test("what waited over a restart for more than a day is dead, and counted")
  func tooOld() {
    let account = NoticeAccount(readUpTo: 9, owed: ["6": 6])
    var course = Course([NoticeSample.receiver("a")], accounts: ["a": account])
    course.wait(seconds: NoticeLimits.replaySeconds + 1)
    course.notice("6", record: 6)
    #expect(course.sends.isEmpty)
    #expect(course.outbox.deadLetters.map(\.reason) == [.tooOld])
    #expect(course.outbox.standing.receivers.map(\.tally.dead) == [1])
  }

  @Test("what no receiver wants holds no cursor back")
  func unwanted() {
    var receiver = NoticeSample.receiver("a")
    receiver.minimumSeverity = .high
    var course = Course([receiver])
    course.give(
      .notice(NoticeSample.notice("1", matter: "1", severity: .medium), record: 1))
    course.give(.notice(NoticeSample.notice("2", .detectionFired, matter: "2"), record: 2))
    course.give(.notice(NoticeSample.notice("3", matter: "3", severity: nil), record: 3))
    course.give(.read(upTo: 3))
    #expect(course.sends == ["3>a 1"])
    #expect(course.outbox.account(of: "a").cursor == 2)
  }

  @Test(
    "an Alertmanager is told the end of what it was told the beginning of, whatever it asks for")
  func ends() {
    var receiver = NoticeSample.receiver("a", .alertmanager)
    receiver.kinds = [.actionApplied]
    var course = Course([receiver])
    course.give(
      .notice(
        NoticeSample.notice("1", .actionReleased, standing: .over(at: NoticeSample.now)),
        record: nil))
    course.give(.notice(NoticeSample.notice("2", .actionVerified, matter: "2"), record: nil))
    #expect(course.sends == ["1>a 1"])
  }

  @Test("only an Alertmanager is reminded, once at a time, and a reminder that fails is let go")
  func reminders() {
    var course = Course([
      NoticeSample.receiver("a", .alertmanager), NoticeSample.receiver("b"),
    ])
    course.reminder("m")
    course.reminder("m")
    #expect(course.sends == ["m-reminder>a 1"])
    course.sent("m-reminder", .unreachable)
    #expect(course.outbox.count(for: "a") == 0 && course.outbox.deadLetters.isEmpty)
    course.reminder("m")
    course.sent("m-reminder", .answered(status: 400, retryAfterSeconds: nil))
    #expect(course.outbox.count(for: "a") == 0 && course.outbox.deadLetters.isEmpty)
    #expect(course.outbox.standing.receivers.map(\.tally.failed) == [2, 0])
  }

  @Test("the end of a matter waits for a reminder that is under way")
  func reminderFirst() {
    var course = Course([NoticeSample.receiver("a", .alertmanager)])
    course.reminder("m")
    course.notice("released", matter: "m")
    #expect(course.sends == ["m-reminder>a 1"])
    course.sent("m-reminder", .unreachable)
    #expect(course.sends == ["m-reminder>a 1", "released>a 1"])
    course.reminder("m")
    #expect(course.sends.count == 2)
  }

  @Test("who heeds silences waits until the Alertmanager was asked, and not for long")
  func silences() {
    var chat = NoticeSample.receiver("b")
    chat.silencedBy = "a"
    var course = Course([NoticeSample.receiver("a", .alertmanager), chat])
    course.notice("1")
    #expect(course.sends == ["1>a 1"])
    course.sent("1", Self.taken)
    #expect(course.sends == ["1>a 1", "1>b 1"])
    course.sent("1", .silenced, to: "b")
    #expect(course.outbox.count(for: "b") == 0)
    #expect(course.outbox.standing.receivers.map(\.tally.silenced) == [0, 1])
    course.notice("2")
    course.sent("2", .unreachable)
    #expect(course.sends.last == "2>b 1")
    course.sent("2", Self.taken, to: "b")
    course.notice("3")
    course.wait(seconds: 14)
    #expect(!course.sends.contains("3>b 1"))
    course.wait(seconds: 1)
    #expect(course.sends.contains("3>b 1"))
  }

  @Test("an end is asked about before the Alertmanager is told of it, which then knows no silence")
  func silencedEnd() {
    var chat = NoticeSample.receiver("b")
    chat.silencedBy = "a"
    var course = Course([NoticeSample.receiver("a", .alertmanager), chat])
    func end(_ id: String, needsHuman: Bool = false) -> NoticeEvent {
      let over = Notice.Matter.Standing.over(at: NoticeSample.now)
      return .notice(
        NoticeSample.notice(
          id, .actionReleased, matter: id, standing: over, needsHuman: needsHuman), record: nil)
    }
    course.give(end("1"))
    #expect(course.sends == ["1>b 1"])
    course.sent("1", .silenced, to: "b")
    #expect(course.sends == ["1>b 1", "1>a 1"])
    course.sent("1", Self.taken)
    course.give(end("2", needsHuman: true))
    #expect(course.sends.last == "2>a 1", "that a human must look begins with it")
    course.sent("2", Self.taken)
    course.sent("2", Self.taken, to: "b")
    course.give(end("3"))
    course.wait(seconds: 14)
    #expect(course.sends.last == "3>b 1")
    course.wait(seconds: 1)
    #expect(course.sends.last == "3>a 1", "nobody is waited for for long")
  }

  @Test("whatever receivers answer, every notice is told or dead, once for each of them")
  func sampled() {
    for seed in 0..<100 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      var limits = Course.limits
      limits.queued = 5
      limits.deadLetters = 1_000
      var course = Course(["a", "b"], limits)
      var told: [String: Int] = [:]
      var handled = 0
      for step in 0..<400 {
        // Each attempt is answered before the next event.
        if step % 2 == 0 {
          if step < 120 { course.notice("\(step)") }
        } else {
          course.wait(seconds: Int64.random(in: 0..<3_600, using: &random), random: random.next())
        }
        while handled < course.effects.count {
          handled += 1
          guard case .send(let notice, let receiver, _) = course.effects[handled - 1],
            let status = [202, 202, 503, 404, nil].randomElement(using: &random)
          else { continue }
          let outcome =
            status.map { SendOutcome.answered(status: $0, retryAfterSeconds: nil) } ?? .unreachable
          if status == 202 { told["\(notice.id)>\(receiver)", default: 0] += 1 }
          course.sent(notice.id, outcome, to: receiver)
        }
      }
      course.wait(seconds: 100_000)
      let dead = course.outbox.deadLetters.map { "\($0.notice.id)>\($0.receiver)" }
      #expect(told.values.allSatisfy { $0 == 1 }, "seed \(seed)")
      #expect(
        Set(dead).isDisjoint(with: told.keys) && Set(dead).count == dead.count, "seed \(seed)")
      let waiting = course.outbox.count(for: "a") + course.outbox.count(for: "b")
      #expect(told.count + dead.count + waiting == 120, "seed \(seed)")
    }
  }
}
