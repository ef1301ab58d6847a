internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import Signals
internal import Testing

/// What a start makes of ends that the loop may not have heard of before the process ended.
struct SignalRestoreTests {
  /// What the history tells of a signal.
  private struct Word {
    enum Change { case began, resolved, expired }

    let sender: String
    let signal: String
    let change: Change
    /// Minutes after the beginning; the start is at 420, and a signal stands for 360.
    let at: Int64
    var name = "Shell"
    var severity = "critical"
    var workload = "web"

    init(_ sender: String, _ change: Change, _ at: Int64, signal: String = "1") {
      (self.sender, self.signal, self.change, self.at) = (sender, signal, change, at)
    }

    /// One that makes nobody a second voice.
    var lesser: Word {
      var word = self
      (word.name, word.severity) = ("Lesser", "low")
      return word
    }

    func entry(after start: Timestamp) throws -> SignalEntry {
      let instant = start.adding(milliseconds: at * 60_000)
      let text = """
        {"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "\(name)",
        "severity": "\(severity)"}, "startsAt": "\(start.rfc3339)",
        "fingerprint": "\(signal) \(name)"}]}
        """
      let reading = try SignalFormat.alertmanager.read(
        SignalDelivery(headers: [:], body: Array(text.utf8)), at: instant)
      let signal = try #require(reading.signals.first)
      let subject = try SignalWorld.identity(workload)
      let change: SignalEntry.Change =
        switch change {
        case .began: .began(AttributedSignal(signal, .subject(subject)))
        case .resolved: .resolved(of: instant)
        case .expired: .expired
        }
      return SignalEntry(
        key: SignalKey(sender: sender, id: signal.id), change: change, at: instant)
    }
  }

  /// What answers an alert of a workload that nothing else is about, after all that went before.
  private static var policies: [ResponsePolicy] {
    var last = SignalWorld.throttling
    last.name = "last"
    last.matches[0].alerts = AlertTerms(name: "Last")
    var cutting = SignalWorld.throttling
    cutting.steps = [PolicyStep(stage: .quarantine)]
    return [last, cutting]
  }

  /// A quarantine in force by the word of the first, and of all these.
  private static func quarantine(
    by senders: [String], _ entries: [SignalEntry], at now: Timestamp
  ) throws -> ActionRecord {
    var desk = SignalDesk()
    let began = try #require(entries.first { $0.key.sender == senders[0] })
    desk.restore(began)
    let incident = try #require(desk.incidents.first)
    let subject = Subject.workload(try SignalWorld.identity("web"))
    let alert = MatchedAlert(
      incident: incident.id.description, sender: senders[0], name: incident.name,
      title: incident.title, severity: incident.severity, senders: senders)
    var detection = Detection(
      subject: subject, detector: .alert, score: 0.99, corroborated: 0.99, failures: 1, total: 1,
      onset: now, at: now, destinations: [], witnesses: [], alert: alert)
    detection.trafficShare = 0
    var action = ActionRecord(
      id: ActionID(number: 99), subject: subject, policy: "alerts", proposedAt: now,
      detection: detection, state: .holding(since: now, calmSince: nil), step: 0,
      stage: .quarantine, notAfter: now.adding(milliseconds: 60_000))
    action.sentAt = now
    return action
  }

  /// What becomes of a quarantine when a process starts after that history.
  private func outcome(
    _ words: [Word], by senders: [String] = ["am", "falco"],
    among configured: [String] = ["am", "falco"]
  ) async throws -> ActionRecord {
    let clock = StoppedClock()
    let start = clock.now
    var last = Word("am", .began, 400)
    (last.name, last.workload) = ("Last", "zoo")
    let entries = try (words + [last]).map { try $0.entry(after: start) }
    clock.advance(seconds: 420 * 60)
    let world = try SignalWorld(
      SignalMemory(.works, entries), policies: Self.policies, senders: configured,
      now: { clock.now })
    let action = try Self.quarantine(by: senders, entries, at: clock.now)
    await world.loop.restore(StoredState(actions: [action], isPaused: false))
    try await world.lane.restore()
    try await world.running {
      try await world.eventually("the last alert's answer") {
        $0.tally.counts.contains { $0.key.event == "refused" && $0.value > 0 }
      }
    }
    return try #require(await world.loop.snapshot.openActions.first { $0.id == action.id })
  }

  private static func isSteppingDown(_ action: ActionRecord) -> Bool {
    if case .releasing(.step, _) = action.state { true } else { false }
  }

  private static let standing = [Word("am", .began, 200), Word("falco", .began, 10)]

  @Test("a quarantine of two senders becomes a throttle when one of them resolved unheard")
  func resolvedUnheard() async throws {
    let resolved = Self.standing + [Word("falco", .resolved, 300)]
    #expect(Self.isSteppingDown(try await outcome(resolved)))
    // A lesser alert of the same sender is no voice, and its end no word on the graver one's.
    let lesser = [Word("falco", .began, 20).lesser, Word("falco", .expired, 380).lesser]
    #expect(Self.isSteppingDown(try await outcome(resolved + lesser)))
    let first = [Word("falco", .began, 10), Word("am", .began, 200), Word("am", .resolved, 300)]
    #expect(Self.isSteppingDown(try await outcome(first)))
  }

  @Test("a quarantine of two senders becomes a throttle when one of them is configured no longer")
  func removed() async throws {
    #expect(Self.isSteppingDown(try await outcome(Self.standing, among: ["am"])))
  }

  @Test("a sender that merely said nothing more, or spoke again, takes nothing from a quarantine")
  func silent() async throws {
    #expect(try await outcome(Self.standing).state.name == "applying")
    let expired = Self.standing + [Word("falco", .expired, 370)]
    #expect(try await outcome(expired).state.name == "applying")
    let again =
      Self.standing + [
        Word("falco", .resolved, 300), Word("falco", .began, 310, signal: "2"),
      ]
    #expect(try await outcome(again).state.name == "applying")
    #expect(
      try await outcome(again + [Word("falco", .expired, 390, signal: "2")]).state.name
        == "applying")
    var other = (Word("falco", .began, 15, signal: "2"), Word("falco", .expired, 375, signal: "2"))
    (other.0.name, other.1.name) = ("Other", "Other")
    let second = Self.standing + [other.0, Word("falco", .resolved, 100), other.1]
    #expect(try await outcome(second).state.name == "applying")
  }

  @Test("an incident ends as the last of its signals did, whichever opened it")
  func lastSignal() async throws {
    let both = [Word("am", .began, 10), Word("am", .began, 20, signal: "2")]
    let silent: [[Word]] = [
      both + [Word("am", .resolved, 100)],
      both + [Word("am", .resolved, 100), Word("am", .expired, 380, signal: "2")],
    ]
    for words in silent {
      #expect(try await outcome(words, by: ["am"]).state.name == "applying")
    }
    let later = [Word("am", .began, 10), Word("am", .began, 200, signal: "2")]
    let resolved: [[Word]] = [
      later + [Word("am", .expired, 370), Word("am", .resolved, 380, signal: "2")],
      [Word("am", .began, 10), Word("am", .resolved, 20)],
    ]
    for words in resolved { #expect(Self.isSteppingDown(try await outcome(words, by: ["am"]))) }
  }
}
