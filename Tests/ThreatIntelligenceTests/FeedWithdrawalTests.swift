internal import MeshModel
internal import Testing

@testable internal import ThreatIntelligence

@Suite("What a feed took back")
struct FeedWithdrawalTests {
  private static let policy = FeedPolicy(periodSeconds: 3_600)

  /// Its entries with the seconds at which they changed, some of them more than once.
  private static func version(
    _ entries: [(String, Int64)], revoking revoked: [(String, Int64)] = [], at seconds: Int64,
    mostEntries: Int = 10, lifetimeSeconds: Int64 = 10_000
  ) -> FeedVersion {
    var version = FeedVersion(
      terms: FeedTerms(
        name: "f", confidence: 50, lifetimeSeconds: lifetimeSeconds, mostEntries: mostEntries),
      exclusions: IndicatorExclusions(names: [], ranges: []), readAt: time(seconds))
    for (id, changed) in entries {
      version.add(.userAgent("\(id)@\(changed)"), id: id, modified: time(changed))
    }
    for (id, changed) in revoked { version.revoke(id: id, modified: time(changed)) }
    return version
  }

  private static func time(_ seconds: Int64) -> Timestamp {
    Timestamp(seconds: readAt.second + seconds)
  }

  private struct Run {
    var keeper = FeedKeeper(name: "f", policy: FeedWithdrawalTests.policy, at: readAt)

    mutating func arrive(_ version: FeedVersion) {
      _ = keeper.handle(.arrived(version), at: version.readAt, random: 0)
    }

    var ids: [String] { keeper.held?.indicators.map(\.provenance.id) ?? [] }
    var agents: [String] { keeper.held?.indicators.map(\.value.description) ?? [] }
  }

  private static let first = (1...5).map { (String($0), Int64(-100)) }

  @Test("what was withdrawn by a version that is not held stays so when an older copy is served")
  func afterRefusal() {
    var run = Run()
    run.arrive(Self.version(Self.first, at: 0))
    run.arrive(Self.version([("1", -100)], revoking: [("2", -50)], at: 10))
    #expect(run.keeper.refusal == .shrunk(from: 5, to: 1) && run.ids == ["1", "3", "4", "5"])
    run.arrive(Self.version(Self.first, at: 20))
    #expect(run.ids == ["1", "3", "4", "5"])
    guard case .olderEntry(id: "2", _, _) = run.keeper.refusal else {
      Issue.record("\(String(describing: run.keeper.refusal))")
      return
    }
    // As it is once it was changed again it is taken.
    run.arrive(Self.version(Self.first.filter { $0.0 != "2" } + [("2", -40)], at: 30))
    #expect(run.keeper.refusal == nil && run.ids.sorted() == ["1", "2", "3", "4", "5"])
    #expect(run.keeper.withdrawn.isEmpty)
  }

  @Test("when all was withdrawn, an older copy brings nothing back, and what is new is taken")
  func allWithdrawn() {
    var run = Run()
    run.arrive(Self.version(Self.first, at: 0))
    let none = Self.version([], revoking: Self.first.map { ($0.0, -50) }, at: 10)
    run.arrive(none)
    #expect(run.keeper.refusal == .shrunk(from: 5, to: 0) && run.ids.isEmpty)
    run.arrive(none)
    #expect(run.keeper.refusal == nil)
    run.arrive(Self.version(Self.first + [("6", -100)], at: 20))
    #expect(run.keeper.refusal == nil && run.ids == ["6"])
    run.arrive(Self.version(Self.first, at: 30))
    #expect(run.ids == ["6"])
  }

  @Test("a withdrawal lasts as long as an entry without an end, whatever is held meanwhile")
  func duration() {
    for (seconds, expected) in [(10_009, ["1"]), (10_010, ["1", "2"])] as [(Int64, [String])] {
      var run = Run()
      run.arrive(Self.version([("1", -100), ("2", -100)], at: 0))
      run.arrive(Self.version([("1", -100)], revoking: [("2", -50)], at: 10))
      for other in [20, 5_000] as [Int64] { run.arrive(Self.version([("1", other)], at: other)) }
      let last = [("1", seconds), ("2", -100)]
      run.arrive(Self.version(last, at: seconds))
      #expect(run.ids == expected && run.keeper.refusal == nil)
    }
  }

  @Test("an entry that stays set back is taken as it is when what was held of it has ended")
  func setBackForGood() {
    var run = Run()
    run.arrive(Self.version([("1", -100), ("2", -100)], at: 0))
    for (seconds, expected) in [
      (9_000, "2@-100"), (18_000, nil), (19_000, "2@-110"), (20_000, "2@-110"),
    ] as [(Int64, String?)] {
      run.arrive(Self.version([("1", seconds), ("2", -110)], at: seconds))
      #expect(run.keeper.refusal == nil)
      #expect(run.agents.last { $0.hasPrefix("2") } == expected, "\(seconds)")
    }
  }

  @Test("an entry whose change was set back stays as it is held, and the others are taken")
  func setBack() {
    var run = Run()
    run.arrive(Self.version([("1", -100), ("2", -100), ("3", -100)], at: 0))
    // Nothing of it is newer.
    run.arrive(Self.version([("1", -100), ("2", -110), ("4", -100)], at: 10))
    guard case .olderEntry(id: "2", _, _) = run.keeper.refusal else {
      Issue.record("\(String(describing: run.keeper.refusal))")
      return
    }
    for seconds in [20, 30] as [Int64] {
      run.arrive(Self.version([("1", -100), ("2", -110), ("4", seconds)], at: seconds))
      #expect(run.keeper.refusal == nil)
      #expect(Set(run.agents) == ["1@-100", "2@-100", "4@\(seconds)"])
      // From disk neither form of it comes back before it is changed again.
      #expect(run.keeper.withdrawn.mapValues(\.modified) == ["2": Self.time(-100)])
    }
    run.arrive(Self.version([("1", -100), ("2", -90)], at: 40))
    #expect(Set(run.agents) == ["1@-100", "2@-90"] && run.keeper.withdrawn.isEmpty)
  }

  @Test("an older copy with entries that were deleted since is still an older one")
  func deleted() {
    var run = Run()
    run.arrive(Self.version([("1", -50), ("6", -50)], at: 0))
    run.arrive(Self.version(Self.first, at: 10))
    #expect(run.ids == ["1", "6"])
    guard case .olderEntry(id: "1", _, _) = run.keeper.refusal else {
      Issue.record("\(String(describing: run.keeper.refusal))")
      return
    }
  }

  @Test("what of entries stays as held keeps to the room that there is")
  func room() {
    var run = Run()
    var first = Self.version([], at: 0)
    for number in 0..<8 {
      first.add(.userAgent("old\(number)"), id: "1", modified: Self.time(-100))
    }
    run.arrive(first)
    run.arrive(Self.version([("1", -110)] + (2...5).map { (String($0), -10) }, at: 10))
    #expect(run.keeper.refusal == .grown(most: 10) && run.agents.count == 8)
  }

  @Test("past, protected and withdrawn entries could be read, so that no feed is refused for them")
  func readable() throws {
    func judged(_ change: (inout FeedVersion) -> Void) -> FeedRefusal? {
      var run = Run()
      var version = Self.version([("1", -100)], at: 0)
      for line in 0..<3 { version.rejectUnreadable(id: String(line), "?") }
      change(&version)
      run.arrive(version)
      return run.keeper.refusal
    }
    #expect(judged { _ in } == .mostlyUnreadable(unreadable: 3, readable: 1))
    #expect(
      judged { version in
        for id in ["2", "3"] {
          version.add(.userAgent(id), id: id, validUntil: Self.time(-1))
        }
      } == nil)
    #expect(judged { for id in ["2", "3"] { $0.revoke(id: id) } } == nil)
    #expect(
      judged {
        for agent in ["a", "b"] { $0.add(.userAgent(agent), id: "2") }
        $0.revoke(id: "2")
      } == nil)
  }

  @Test("what is stored is not judged by what ended or was withdrawn since")
  func stored() throws {
    let settings = FeedSettings(
      place: .file("/f"), format: .list(ListFormat(content: .userAgents)),
      terms: FeedTerms(name: "f", confidence: 50, lifetimeSeconds: 60, mostEntries: 10),
      policy: Self.policy)
    let documents = FeedDocuments(
      documents: [Array("a\nb\n\u{1}".utf8) + [0xFF] + Array("\n".utf8)], mark: FeedMark(),
      fetchedAt: readAt,
      withdrawn: ["1": Withdrawal(modified: nil, readAt: readAt)])
    var run = Run()
    run.arrive(
      try documents.read(settings, IndicatorExclusions(names: [], ranges: [])))
    #expect(run.ids == ["2"] && run.keeper.refusal == nil)
    #expect(Array(run.keeper.withdrawn.keys) == ["1"])
  }

  @Test("a withdrawal by an id that no entry can have is refused, whatever its length")
  func longID() throws {
    let id = String(repeating: "x", count: ThreatLimits.idBytes + 1)
    var version = aVersion()
    version.revoke(id: id)
    #expect(version.revoked.isEmpty && version.rejections.tooLong == 1)
    version.revoke(id: id.dropLast())
    #expect(version.revoked.count == 1)
  }

  @Test("of what was withdrawn all that was held is known, and no more than its room of the rest")
  func bound() {
    var run = Run()
    run.arrive(Self.version(Self.first, at: 0))
    let many = (0..<50).map { ("other\($0)", Int64(-50)) }
    let held = Self.first.prefix(2).map { ($0.0, Int64(-50)) }
    // Not held, then held.
    run.arrive(Self.version([("5", -100)], revoking: many + held, at: 10))
    #expect(run.ids == ["3", "4", "5"])
    #expect(run.keeper.withdrawn.count <= 12)
    #expect(run.keeper.withdrawn["1"] != nil && run.keeper.withdrawn["2"] != nil)
    for seconds in stride(from: Int64(20), to: 100, by: 10) {
      let more = (0..<50).map { ("\(seconds) \($0)", Int64(-50)) }
      run.arrive(
        Self.version([("4", -100), ("5", -100)], revoking: more + [("3", -50)], at: seconds))
      #expect(run.keeper.refusal == nil && run.keeper.withdrawn.count <= 20)
      #expect(run.keeper.withdrawn["3"] != nil || seconds > 20)
      #expect(run.keeper.held?.revoked.isEmpty == true)
    }
  }
}
