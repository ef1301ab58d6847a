internal import Foundation
internal import MeshModel
internal import Testing
internal import ThreatIntelligence

/// Every state of a feed against every event, as a table in a file.
///
/// `FLYBALL_GOLDEN=write swift test --filter FeedKeeper` writes it anew.
struct FeedKeeperTests {
  private static let policy = FeedPolicy(periodSeconds: 3_600)

  /// `count` addresses from one on, read when it arrives.
  private static func version(
    _ count: Int, at now: Timestamp, from first: Int = 0, lifetimeSeconds: Int64 = 86_400,
    mostEntries: Int = 100, modified: Int64? = nil, change: (inout FeedVersion) -> Void = { _ in }
  ) -> FeedVersion {
    var version = FeedVersion(
      terms: FeedTerms(
        name: "f", confidence: 50, lifetimeSeconds: lifetimeSeconds, mostEntries: mostEntries),
      exclusions: IndicatorExclusions(names: [], ranges: []), readAt: now)
    for number in first..<first + count {
      version.add(
        .range(IPPrefix(family: .v4, bits: UInt128(0xCB00_7100 + number) << 96, length: 32)),
        id: "e\(number)", validUntil: number % 2 == 0 ? nil : now.adding(milliseconds: 7_200_000),
        modified: modified.map { Timestamp(seconds: $0) })
    }
    change(&version)
    return version
  }

  private struct Run {
    var keeper = FeedKeeper(name: "f", policy: FeedKeeperTests.policy, at: readAt)
    var now = readAt
    var effects: [FeedEffect] = []

    mutating func give(_ event: FeedEvent) {
      effects = keeper.handle(event, at: now, random: 0)
    }

    mutating func wait(_ seconds: Int64) {
      now = now.adding(milliseconds: seconds * 1000)
    }
  }

  private static let states: [(String, @Sendable (inout Run) -> Void)] = [
    ("new", { _ in }),
    ("fetching the first", { $0.give(.tick) }),
    (
      "failed at first",
      {
        $0.give(.tick)
        $0.give(.failed(.unreachable("no route")))
      }
    ),
    ("current", { reach(&$0) }),
    (
      "fetching the next",
      {
        reach(&$0)
        $0.wait(3_600)
        $0.give(.tick)
      }
    ),
    (
      "keeping",
      {
        reach(&$0)
        $0.wait(3_600)
        $0.give(.tick)
        $0.give(.failed(.status(503)))
      }
    ),
    (
      "keeping, and fetching again",
      {
        reach(&$0)
        $0.wait(3_600)
        $0.give(.tick)
        $0.give(.failed(.status(503)))
        $0.wait(60)
        $0.give(.tick)
      }
    ),
  ]

  private static func reach(_ run: inout Run) {
    run.give(.tick)
    run.give(
      .arrived(
        version(10, at: run.now, modified: readAt.second - 50) {
          $0.revoke(id: "gone", modified: Timestamp(seconds: readAt.second - 50))
        }))
  }

  private static let events: [(String, @Sendable (inout Run) -> Void)] = [
    ("tick at once", { $0.give(.tick) }),
    (
      "tick a minute later",
      {
        $0.wait(60)
        $0.give(.tick)
      }
    ),
    (
      "tick when the given ends have come",
      {
        $0.wait(7_200)
        $0.give(.tick)
      }
    ),
    (
      "tick when all ends have come",
      {
        $0.wait(90_000)
        $0.give(.tick)
      }
    ),
    ("a good version", { $0.give(.arrived(version(12, at: $0.now))) }),
    ("half as many", { $0.give(.arrived(version(5, at: $0.now))) }),
    ("less than half as many", { $0.give(.arrived(version(4, at: $0.now))) }),
    ("none", { $0.give(.arrived(version(0, at: $0.now))) }),
    ("too many", { $0.give(.arrived(version(101, at: $0.now))) }),
    (
      "one with entries as they were before",
      { $0.give(.arrived(version(12, at: $0.now, modified: readAt.second - 51))) }
    ),
    (
      "one without the newest entries",
      {
        $0.give(
          .arrived(version(6, at: $0.now, from: 4, modified: readAt.second - 50)))
      }
    ),
    (
      "other entries, changed earlier",
      {
        $0.give(
          .arrived(version(12, at: $0.now, from: 50, modified: readAt.second - 51)))
      }
    ),
    (
      "one with an entry that was withdrawn, as it was before",
      { run in
        run.give(
          .arrived(
            version(12, at: run.now) {
              $0.add(
                .userAgent("a"), id: "gone", modified: Timestamp(seconds: readAt.second - 51))
            }))
      }
    ),
    (
      "one read earlier",
      { $0.give(.arrived(version(12, at: Timestamp(seconds: readAt.second - 1)))) }
    ),
    (
      "mostly unreadable",
      { run in
        run.give(
          .arrived(
            version(12, at: run.now) { version in
              for line in 0..<13 { version.rejectUnreadable(id: String(line), "<html>") }
            }))
      }
    ),
    (
      "too wide",
      { run in
        run.give(
          .arrived(
            version(12, at: run.now) { version in
              for first in 60..<80 {
                version.add(
                  .range(IPPrefix(family: .v4, bits: UInt128(first) << 120, length: 10)), id: "wide"
                )
              }
            }))
      }
    ),
    (
      "too much text",
      { run in
        run.give(
          .arrived(
            version(12, at: run.now) { version in
              for _ in 0..<88 {
                version.add(.userAgent(String(repeating: "a", count: 1_024)), id: "long")
              }
            }))
      }
    ),
    (
      "few, and withdrawing three",
      { run in
        run.give(
          .arrived(
            version(1, at: run.now, from: 3) { version in
              for number in 0..<3 {
                version.revoke(id: "e\(number)")
              }
            }))
      }
    ),
    ("asked", { $0.give(.asked) }),
    ("unchanged", { $0.give(.unchanged) }),
    ("failure", { $0.give(.failed(.unreachable("no route"))) }),
  ]

  private static func render(_ run: Run) -> String {
    let standing =
      switch run.keeper.standing {
      case .empty(nil): "empty"
      case .empty(let refusal?): "empty (\(refusal))"
      case .current(let version): "current \(version.indicators.count)"
      case .keeping(let version, let refusal):
        "keeping \(version.indicators.count) (\(refusal))"
      }
    let schedule =
      switch run.keeper.schedule {
      case .due(let time): "due +\(Int(time.milliseconds(since: run.now) / 1000)) s"
      case .underWay(let until, let isAskedAgain):
        "under way +\(Int(until.milliseconds(since: run.now) / 1000)) s"
          + (isAskedAgain ? ", asked again" : "")
      }
    return "\(standing), \(schedule), failures \(run.keeper.failures)"
  }

  @Test("every state of a feed answers every event as the table says")
  func table() throws {
    var lines: [String] = []
    for (state, reach) in Self.states {
      var run = Run()
      reach(&run)
      lines.append("\(state): \(Self.render(run))")
      for (name, event) in Self.events {
        var next = run
        event(&next)
        let effects = next.effects.map(\.description).joined(separator: "; ")
        lines.append("  \(name) -> \(Self.render(next))")
        if !effects.isEmpty { lines.append("      \(effects)") }
      }
    }
    let text = lines.joined(separator: "\n") + "\n"
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/feeds.txt")
    if ProcessInfo.processInfo.environment["FLYBALL_GOLDEN"] == "write" {
      try text.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(try text == String(contentsOf: golden, encoding: .utf8))
  }

  @Test("the wait between fetches varies by a tenth and doubles with failures up to the period")
  func waits() {
    var random = SeededRandom(seed: 5)
    var keeper = FeedKeeper(name: "f", policy: Self.policy, at: readAt)
    func wait() -> Double {
      guard case .due(let time) = keeper.schedule else { return -1 }
      return time.milliseconds(since: readAt) / 1000
    }
    var seen: [Double] = []
    for _ in 0..<500 {
      _ = keeper.handle(.arrived(Self.version(3, at: readAt)), at: readAt, random: random.next())
      seen.append(wait())
    }
    #expect(seen.allSatisfy { (3_240...3_960).contains($0) })
    #expect((seen.min() ?? 0) < 3_300 && (seen.max() ?? 0) > 3_900)
    // Chance 0 is a tenth less.
    for expected in [54.0, 108, 216, 432, 864, 1_728, 3_240, 3_240] {
      let version = Self.version(101, at: readAt)
      #expect(keeper.handle(.arrived(version), at: readAt, random: 0) == [.kept(.grown(most: 100))])
      #expect(wait() == expected)
    }
  }

  @Test("a feed that never answers is asked again and again, and what it held ends by itself")
  func dead() {
    var run = Run()
    Self.reach(&run)
    var fetches = 0
    for _ in 0..<2_000 {
      run.wait(60)
      run.give(.tick)
      fetches += run.effects.count { $0 == .fetch }
    }
    #expect(run.keeper.held?.indicators.isEmpty == true)
    #expect(run.keeper.refusal == .noAnswer)
    #expect((30...45).contains(fetches), "\(fetches)")
    run.give(.arrived(Self.version(1, at: run.now)))
    #expect(run.keeper.held?.indicators.count == 1)
    #expect(run.keeper.refusal == nil)
  }

  @Test("a feed's blocks take in no more addresses than any feed may, each counted once")
  func width() {
    func refusal(_ blocks: [IPPrefix]) -> FeedRefusal? {
      var run = Run()
      run.give(
        .arrived(
          Self.version(0, at: run.now, mostEntries: 10_000) { version in
            for (number, block) in blocks.enumerated() {
              version.add(.range(block), id: String(number))
            }
          }))
      return run.keeper.refusal
    }
    func blocks(_ family: IPPrefix.Family, _ first: UInt128, _ length: Int, _ count: Int)
      -> [IPPrefix]
    {
      let step = UInt128(1) << UInt128(128 - length)
      return (0..<count).map {
        IPPrefix(family: family, bits: first << 120 + UInt128($0) * step, length: length)
      }
    }
    let ipv4 = blocks(.v4, 16, 9, 8)
    #expect(refusal(ipv4) == nil)
    #expect(refusal(ipv4 + ipv4) == nil)
    let address = blocks(.v4, 30, 32, 1)
    #expect(refusal(ipv4 + address) == .tooWide(.ipv4(addresses: (1 << 26) + 1)))
    let ipv6 = blocks(.v6, 0x2A, 29, 1_024)
    #expect(refusal(ipv6) == nil)
    #expect(refusal(ipv6 + ipv6) == nil)
    let site = blocks(.v6, 0x2B, 64, 1)
    #expect(refusal(ipv6 + site) == .tooWide(.ipv6(blocks: (1 << 13) + 1)))
  }

  @Test("a feed that deletes or mends its newest entry, or one dated in times to come, is taken")
  func deletedNewest() {
    func arrive(_ first: (String, Int64), then second: [(String, Int64)]) -> FeedKeeper {
      var run = Run()
      for entries in [[("a", -100), ("b", -90), first], second] {
        run.give(
          .arrived(
            Self.version(0, at: run.now) { version in
              for (id, seconds) in entries {
                version.add(
                  .userAgent(id), id: id, modified: readAt.adding(milliseconds: seconds * 1000))
              }
            }))
        run.wait(10)
      }
      return run.keeper
    }
    let rest: [(String, Int64)] = [("a", -100), ("b", -90)]
    for newest in [-1, 86_400, 1 << 40] as [Int64] {
      #expect(arrive(("new", newest), then: rest).held?.indicators.count == 2, "\(newest)")
    }
    #expect(arrive(("new", 86_400), then: [("new", -50)] + rest).refusal == nil, "it was mended")
    let older = arrive(("new", -1), then: [("new", -2)] + rest)
    #expect(
      older.refusal
        == .olderEntry(
          id: "new", readAt.adding(milliseconds: -2_000), held: readAt.adding(milliseconds: -1_000))
    )
    #expect(older.held?.indicators.count == 3)
    #expect(arrive(("a", -50), then: rest).refusal == nil, "an id that stands twice")
  }

  @Test("once all entries have ended, no version is too old")
  func nothingHeld() {
    var run = Run()
    Self.reach(&run)
    run.wait(90_000)
    let version = Self.version(3, at: run.now, modified: readAt.second - 51) {
      // What was withdrawn is no longer missed either.
      $0.add(.userAgent("a"), id: "gone", modified: Timestamp(seconds: readAt.second - 51))
    }
    run.give(.arrived(version))
    #expect(run.keeper.refusal == nil && run.keeper.held?.indicators.count == 4)
  }

  @Test("unchanged moves only the ends that were assumed")
  func renewal() {
    var run = Run()
    Self.reach(&run)
    run.wait(600)
    run.give(.unchanged)
    let ends = run.keeper.held?.indicators.map {
      Int($0.validUntil.milliseconds(since: readAt) / 1000)
    }
    #expect(ends?.prefix(2) == [87_000, 7_200])
  }

  @Test("no time and no chance overflows")
  func extremes() {
    for now in [Timestamp(microseconds: .min), Timestamp(microseconds: .max)] {
      for random in [UInt64.min, .max] {
        var keeper = FeedKeeper(
          name: "f", policy: FeedPolicy(periodSeconds: .max, patienceSeconds: .max), at: now)
        for event in [
          FeedEvent.tick, .failed(.tooLarge), .tick, .arrived(Self.version(3, at: now)), .unchanged,
        ] {
          _ = keeper.handle(event, at: now, random: random)
        }
      }
    }
  }
}
