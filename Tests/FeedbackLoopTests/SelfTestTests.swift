internal import FeedbackLoop
internal import Foundation
internal import MeshModel
internal import Testing

/// The schedule and the course of a test, without a loop around it.
struct SelfTestTests {
  private static let begin = Timestamp(seconds: 1_000)
  private static let states = ["waiting", "due"] + SelfTestStage.allCases.map(\.rawValue)

  private static let events: [(String, SelfTest.Event)] =
    [
      ("tick", .tick(obstacle: nil, verdict: nil)),
      ("tick, obstacle", .tick(obstacle: "paused", verdict: nil)),
      ("tick, verdict", .tick(obstacle: nil, verdict: "inconclusive")),
      ("failed at act", .failed(.act, "rejected")), ("broken off", .brokenOff("paused")),
    ] + SelfTestStage.allCases.map { ("reached \($0.rawValue)", .reached($0, lacks: [])) }

  private static func test(everySeconds: Int64 = 600) -> SelfTest {
    SelfTest(SelfTestTerms(trustDomain: "shop.demo", everyMilliseconds: everySeconds * 1_000))
  }

  /// A test in the named state, and a second later.
  private static func reach(_ state: String) -> (SelfTest, Timestamp) {
    var test = test()
    var now = begin
    _ = test.handle(.tick(obstacle: nil, verdict: nil), at: now)
    if state == "waiting" { return (test, now.adding(milliseconds: 1_000)) }
    now = now.adding(milliseconds: 30_000)
    guard let awaited = SelfTestStage(rawValue: state) else { return (test, now) }
    _ = test.handle(.tick(obstacle: nil, verdict: nil), at: now)
    now = now.adding(milliseconds: 1_000)
    for stage in SelfTestStage.allCases where stage < awaited {
      _ = test.handle(.reached(stage, lacks: []), at: now)
    }
    return (test, now)
  }

  @Test("every state of the self-test answers every event as the table says, in time and late")
  func table() throws {
    var lines: [String] = []
    for state in Self.states {
      for (name, event) in Self.events {
        for isLate in [false, true] {
          var (test, now) = Self.reach(state)
          if isLate { now = now.adding(milliseconds: 20_000) }
          let effects = test.handle(event, at: now).map { Self.brief($0) }
          lines.append(
            "\(Self.padded(state, 10))\(Self.padded(name + (isLate ? ", 20 s later" : ""), 30))"
              + "\(Self.padded(Self.brief(test, at: now), 22))"
              + (effects.isEmpty ? "-" : effects.joined(separator: ", ")))
        }
      }
      lines.append("")
    }
    try Golden.compare(lines.joined(separator: "\n"), with: "self-test.txt", in: #filePath)
  }

  @Test("each stage's time is told, and of a stage that was skipped over that it took none")
  func times() {
    var (test, now) = Self.reach("sense")
    func advance(_ milliseconds: Int64, _ stage: SelfTestStage) {
      now = now.adding(milliseconds: milliseconds)
      _ = test.handle(.reached(stage, lacks: []), at: now)
    }
    advance(3, .score)
    advance(0, .decide)
    advance(5, .record)
    advance(1_700, .verify)
    advance(5_000, .release)
    #expect(
      test.last?.course
        == "sense 1.003 s, score 0.0 s, decide 0.0 s, record 0.005 s, act 1.7 s, verify 0.0 s,"
        + " release 5.0 s")
    #expect(test.last?.text == "passed in 7.708 s")
    #expect(test.lastPassedAt == now)
    #expect(test.milliseconds[.record] == 5)
  }

  @Test("a test that fails or is broken off is repeated soon, one that passed after the whole time")
  func repetition() {
    for (event, seconds) in [
      (SelfTest.Event.failed(.act, ""), 300), (.brokenOff(""), 60),
      (.reached(.release, lacks: []), 600),
    ] {
      var (test, now) = Self.reach("act")
      _ = test.handle(event, at: now)
      #expect(test.state == .waiting(due: now.adding(milliseconds: Int64(seconds) * 1_000)))
    }
    var often = Self.test(everySeconds: 10)
    _ = often.handle(.tick(obstacle: nil, verdict: nil), at: Self.begin)
    #expect(often.state == .waiting(due: Self.begin.adding(milliseconds: 10_000)))
  }

  @Test("a dead stage stays named until a test passes, whatever is broken off meanwhile")
  func stillDead() {
    var (test, now) = Self.reach("act")
    func run(_ event: SelfTest.Event) {
      _ = test.handle(event, at: now)
      now = now.adding(milliseconds: 700_000)
      _ = test.handle(.tick(obstacle: nil, verdict: nil), at: now)
    }
    run(.failed(.act, "users rejected it"))
    run(.brokenOff("paused"))
    #expect(test.last?.deadStage == .act)
    #expect(test.last?.text == "failed at act: users rejected it")
    run(.reached(.release, lacks: []))
    #expect(test.last?.deadStage == nil)
    #expect([test.passed, test.failed, test.brokenOff] == [1, 1, 1])
  }

  @Test("a due test is held back for as long as something is in its way, and says by what")
  func heldBack() {
    var (test, now) = Self.reach("due")
    let since = now
    for reason in ["paused", "action fb-1 is open"] {
      #expect(test.handle(.tick(obstacle: reason, verdict: nil), at: now).isEmpty)
      #expect(test.obstacle?.since == since && test.obstacle?.reason == reason)
      now = now.adding(milliseconds: 5_000)
    }
    #expect(test.handle(.tick(obstacle: nil, verdict: nil), at: now).count == 1)
    #expect(test.obstacle == nil)
  }

  @Test("what follows the decision is over before the rule ends by itself")
  func shorterThanTheRule() {
    let after = SelfTestStage.allCases.filter { $0 > .decide }.map(\.deadlineMilliseconds)
    #expect(after.reduce(0, +) < 60_000)
    #expect(SelfTestTerms.leastEveryMilliseconds > 0)
  }

  private static func brief(_ effect: SelfTest.Effect) -> String {
    switch effect {
    case .begin: "begin"
    case .end(let result): result.text
    }
  }

  private static func brief(_ test: SelfTest, at now: Timestamp) -> String {
    switch test.state {
    case .waiting(nil): "waiting"
    case .waiting(let due?):
      due <= now
        ? test.obstacle == nil ? "due" : "due, held back"
        : "waiting \(Int(due.milliseconds(since: now) / 1_000)) s"
    case .running(let run): run.awaited.rawValue
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text.padding(toLength: width, withPad: " ", startingAt: 0)
  }
}
