internal import Access
internal import FeedbackLoop
internal import MeshModel
internal import Notifications
internal import Testing

struct NoticeWriterTests {
  private static let web = try? SPIFFEID(parsing: "spiffe://cluster.local/ns/shop/sa/web")
  private static let now = NoticeSample.now
  private static let writer = NoticeWriter(
    origin: "prod", address: WebAddress("https://flyball.example"))

  private func action(
    _ state: ActionState = .applying(until: now, attempt: 1), policy: String = "lateral-movement",
    detector: Detector = .lateralMovement
  ) throws -> ActionRecord {
    let subject = Subject.workload(try #require(Self.web))
    return ActionRecord(
      id: ActionID(number: 1), subject: subject, policy: policy, proposedAt: Self.now,
      detection: Detection(
        subject: subject, detector: detector, score: 0.999, corroborated: 0.99, failures: 9,
        total: 10, onset: Self.now, at: Self.now, destinations: [], witnesses: []),
      state: state, step: 0, stage: .quarantine,
      notAfter: Self.now.adding(milliseconds: 900_000))
  }

  private func notices(
    _ event: String, _ action: ActionRecord?, isFirst: Bool = false, detail: String = "detail",
    by writer: NoticeWriter = writer
  ) -> [Notice] {
    var writer = writer
    return writer.notices(
      of: NumberedRecord(
        number: 7, at: Self.now, action: action?.id, subject: action?.subject, event: event,
        detail: detail, isIntent: false, isFirst: isFirst), action)
  }

  @Test(
    "each event of the history is told as what it is, or not at all",
    arguments: [
      ("proposed", NoticeKind.actionProposed), ("approved", .actionApproved),
      ("applied", .actionApplied), ("effective", .actionVerified), ("failed", .actionFailed),
      ("released", .actionReleased), ("expired", .actionExpired), ("refused", .actionRefused),
      ("unverified", .attentionNeeded), ("kept", .attentionNeeded),
      ("contradicted", .attentionNeeded), ("no-longer-effective", .attentionNeeded),
      ("harm", .attentionNeeded), ("release-open", .attentionNeeded), ("intent", nil),
      ("accepted", nil), ("behaviour", nil), ("readback", nil), ("retried", nil),
      ("verifying", nil), ("releasing", nil), ("held-back", nil), ("reverted", nil),
    ] as [(String, NoticeKind?)])
  func events(event: String, kind: NoticeKind?) throws {
    let told = notices(event, try action())
    #expect(told.map(\.kind) == [kind].compactMap(\.self))
    for notice in told {
      #expect(notice.id == "fb-000000000001-7-\(notice.kind.rawValue)")
      #expect(notice.matter.id == "fb-000000000001" && notice.matter.began == Self.now)
      #expect(notice.link == "https://flyball.example/actions/fb-000000000001")
      #expect(notice.origin == "prod" && notice.text.hasPrefix("detail"))
      #expect(
        notice.matter.isOver == ["failed", "released", "expired", "refused"].contains(event))
      #expect(notice.needsHuman == (kind == .attentionNeeded || kind == .actionFailed))
    }
  }

  @Test("the first record of an action tells of the detection as well, but not of an order")
  func detections() throws {
    #expect(notices("intent", try action(), isFirst: true).map(\.kind) == [.detectionFired])
    #expect(
      notices("proposed", try action(), isFirst: true).map(\.kind) == [
        .detectionFired, .actionProposed,
      ])
    #expect(
      notices("intent", try action(policy: "(operator)", detector: .order), isFirst: true) == [])
    let observed = notices(
      "refused", try action(.closed(.refused(.observeOnly), at: Self.now)), isFirst: true)
    #expect(observed.map(\.kind) == [.detectionFired])
  }

  @Test("a refusal that leaves it to a human says so, though nothing was proposed")
  func left() throws {
    let told = notices(
      "refused", try action(.closed(.refused(.failedRepeatedly(times: 3)), at: Self.now)),
      isFirst: true)
    #expect(told.map(\.kind) == [.detectionFired, .attentionNeeded])
    #expect(told.map(\.needsHuman) == [false, true])
  }

  @Test("an end that was never confirmed needs a human, and one that was does not")
  func unconfirmed() throws {
    var ended = try action(.closed(.expired("its deadline passed"), at: Self.now))
    #expect(notices("expired", ended).map(\.needsHuman) == [false])
    ended.verdict = .inconclusive([])
    #expect(notices("expired", ended).map(\.needsHuman) == [true])
  }

  @Test("nothing is told of self-tests, and of other records only a misused identity")
  func selfTests() throws {
    let test = try action(policy: ResponsePolicy.selfTestName)
    for event in ["proposed", "applied", "failed", "self-test"] {
      #expect(notices(event, test, isFirst: true) == [])
    }
    var writer = Self.writer
    #expect(writer.reminder(of: test, at: Self.now) == nil)
    for event in ["paused", "deploy", "load", "pruned", "self-test"] {
      #expect(notices(event, nil) == [])
    }
    let told = notices("impersonated", nil)
    #expect(told.map(\.kind) == [.attentionNeeded] && told.map(\.needsHuman) == [true])
  }

  @Test("policy and severity stay the same while an action is open, whatever takes it over")
  func stable() throws {
    var writer = Self.writer
    func told(_ event: String, _ action: ActionRecord) -> Notice? {
      writer.notices(
        of: NumberedRecord(
          number: 1, at: Self.now, action: action.id, subject: nil, event: event, detail: "",
          isIntent: false, isFirst: false), action
      ).last
    }
    let first = told("applied", try action())
    let other = try action(policy: "other", detector: .beaconing)
    let second = told("applied", other)
    #expect(first?.severity == .high && second?.severity == .high)
    #expect(first?.policy == "lateral-movement" && second?.policy == "lateral-movement")
    #expect(
      writer.reminder(of: try action(policy: "third"), at: Self.now)?.policy == "lateral-movement")
    var closed = other
    closed.state = .closed(.released, at: Self.now)
    #expect(told("released", closed)?.policy == "lateral-movement")
    #expect(told("applied", other)?.policy == "other")
  }

  @Test("a matter is open until the action's deadline, or that of its approval")
  func standing() throws {
    let applied = try #require(notices("applied", try action()).first)
    #expect(applied.matter.standing == .open(until: Self.now.adding(milliseconds: 900_000)))
    let later = Self.now.adding(milliseconds: 1_900_000)
    let proposed = notices("proposed", try action(.awaitingApproval(until: later)))
    #expect(proposed.map(\.matter.standing) == [.open(until: later)])
    let released = notices("released", try action(.closed(.released, at: Self.now)))
    #expect(released.map(\.matter.standing) == [.over(at: Self.now)])
  }

  @Test("reminders tell how an open action stands, and of none that is closed or not yet begun")
  func reminders() throws {
    var writer = Self.writer
    func kind(_ state: ActionState, verdict: Verdict? = nil) throws -> NoticeKind? {
      var action = try action(state)
      action.verdict = verdict
      return writer.reminder(of: action, at: Self.now)?.kind
    }
    #expect(try kind(.awaitingApproval(until: Self.now)) == .actionProposed)
    #expect(try kind(.recording(from: nil, until: Self.now)) == nil)
    #expect(try kind(.recording(from: .quarantine, until: Self.now)) == .actionApplied)
    #expect(try kind(.holding(since: Self.now, calmSince: nil)) == .actionApplied)
    #expect(
      try kind(.holding(since: Self.now, calmSince: nil), verdict: .effective) == .actionVerified)
    #expect(try kind(.releasing(.final(.released), until: Self.now)) == .actionApplied)
    #expect(try kind(.closed(.released, at: Self.now)) == nil)
  }

  @Test("what attackers write steers no terminal and has its bound")
  func hostile() throws {
    let told = notices(
      "applied", try action(),
      detail: "\u{1B}[31m\u{202E}x\ny" + String(repeating: "z", count: 9_000))
    let text = try #require(told.first?.text)
    #expect(text.utf8.count <= 2_048)
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    #expect(text.contains("\ny"))
  }
}
