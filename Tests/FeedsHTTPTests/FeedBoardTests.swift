internal import MeshModel
internal import Testing
internal import ThreatIntelligence

@testable internal import FeedsHTTP

@Suite("The board of feeds")
struct FeedBoardTests {
  private static let start = Timestamp(seconds: 1_800_000_000)
  private static let none = IndicatorExclusions(names: [], ranges: [])

  private static func at(_ seconds: Int64) -> Timestamp {
    start.adding(milliseconds: seconds * 1_000)
  }

  private static func settings(
    _ count: Int, period: Int64 = 3_600, exclusions: IndicatorExclusions = none
  ) -> ThreatSettings {
    ThreatSettings(
      feeds: (0..<count).map { number in
        FeedSettings(
          place: .url("https://feeds.test/\(number)"), format: .stix,
          terms: FeedTerms(
            name: "f\(number)", confidence: 70, lifetimeSeconds: 86_400, mostEntries: 100),
          policy: FeedPolicy(periodSeconds: period, patienceSeconds: 60))
      }, exclusions: exclusions, allowed: [], folder: "/none")
  }

  private static func version(
    of settings: ThreatSettings, _ ids: [String], revoking revoked: [String] = [],
    at seconds: Int64
  ) -> FeedVersion {
    var version = FeedVersion(
      terms: settings.feeds[0].terms, exclusions: settings.exclusions, readAt: at(seconds))
    for id in ids { version.add(.userAgent(id), id: id) }
    for id in revoked { version.revoke(id: id) }
    return version
  }

  @Test("fetches that hang take the room of others no longer than a fetch may take")
  func hanging() async {
    let board = FeedBoard(on: FeedQueue())
    _ = await board.take(Self.settings(6), staying: [], stored: [:], at: Self.start)
    let first = await board.tick(at: Self.start).orders
    #expect(first.map(\.settings.name) == ["f0", "f1", "f2", "f3"])
    #expect(await board.tick(at: Self.at(30)).orders.isEmpty)
    let second = await board.tick(at: Self.at(60)).orders
    #expect(second.map(\.settings.name) == ["f4", "f5"])
    // What hangs is not begun a second time.
    for order in second { await board.give(order, .failed(.forbidden), at: Self.at(62)) }
    #expect(
      Set(await board.tick(at: Self.at(200)).orders.map(\.settings.name)) == ["f4", "f5"])
    await board.give(first[0], .failed(.forbidden), at: Self.at(201))
    #expect(await board.tick(at: Self.at(400)).orders.map(\.settings.name).contains("f0"))
  }

  @Test("fetches of feeds that were replaced count among those that run, until they end")
  func replaced() async {
    let board = FeedBoard(on: FeedQueue())
    _ = await board.take(Self.settings(4), staying: [], stored: [:], at: Self.start)
    let orders = await board.tick(at: Self.start).orders
    let next = Self.settings(4, period: 7_200)
    _ = await board.take(next, staying: [], stored: [:], at: Self.at(1))
    #expect(await board.tick(at: Self.at(2)).orders.isEmpty)
    let outcome = await board.fetched(orders[1], .failed(.forbidden), nil, at: Self.at(3))
    #expect(outcome.effects.isEmpty)
    await board.kept(orders[1], outcome, isOnDisk: true)
    #expect(await board.tick(at: Self.at(4)).orders.count == 1)
    #expect(await board.tick(at: Self.at(5)).orders.isEmpty)
    #expect(await board.tick(at: Self.at(60)).orders.count == 3)
  }

  @Test("a version read from disk is not used where its feed withdrew something meanwhile")
  func stale() async throws {
    let settings = Self.settings(1)
    let protecting = Self.settings(
      1, exclusions: IndicatorExclusions(names: [try #require(DomainName("own.test"))], ranges: []))
    let ids = ["a", "b", "c", "d"]
    for isWritten in [true, false] {
      let board = FeedBoard(on: FeedQueue())
      _ = await board.take(settings, staying: [], stored: [:], at: Self.start)
      var order = try #require(await board.tick(at: Self.start).orders.first)
      let whole = Self.version(of: settings, ids, at: 0)
      await board.give(order, .arrived(whole), at: Self.start)
      order = try #require(await board.tick(at: Self.at(4_000)).orders.first)
      let stored = FeedBoard.Stored(
        version: whole, mark: FeedMark(), changes: await board.changes(of: "f0"))
      // It is refused, and what it withdraws is withdrawn.
      let few = Self.version(of: settings, ["b"], revoking: ["a"], at: 4_000)
      let outcome = await board.fetched(order, .arrived(few), nil, at: Self.at(4_000))
      #expect(await board.standings().first?.indicators == 3)
      var next = stored
      if isWritten {
        await board.kept(order, outcome, isOnDisk: true)
      } else {
        // Read after it came, and before it was on disk.
        next = FeedBoard.Stored(
          version: whole, mark: FeedMark(), changes: await board.changes(of: "f0"))
      }
      _ = await board.take(protecting, staying: [], stored: ["f0": next], at: Self.at(4_001))
      #expect(await board.standings().first?.indicators == 3, "\(isWritten)")
    }
  }

  @Test("a version read from disk is used where nothing came meanwhile")
  func stored() async throws {
    let settings = Self.settings(1)
    let board = FeedBoard(on: FeedQueue())
    _ = await board.take(settings, staying: [], stored: [:], at: Self.start)
    let order = try #require(await board.tick(at: Self.start).orders.first)
    await board.give(
      order, .arrived(Self.version(of: settings, ["a", "b"], at: 0)), at: Self.start)
    let stored = FeedBoard.Stored(
      version: Self.version(of: settings, ["a"], at: 0), mark: FeedMark(etag: "v"),
      changes: await board.changes(of: "f0"))
    _ = await board.take(settings, staying: [], stored: ["f0": stored], at: Self.at(1))
    #expect(await board.standings().first?.indicators == 1)
    #expect(await board.tick(at: Self.at(4_000)).orders.first?.mark == FeedMark(etag: "v"))
  }

  @Test("a version on disk that could be neither replaced nor removed is not used")
  func unwritable() async throws {
    let settings = Self.settings(1)
    let board = FeedBoard(on: FeedQueue())
    _ = await board.take(settings, staying: [], stored: [:], at: Self.start)
    let (first, second) = (
      Self.version(of: settings, ["a", "b"], at: 0), Self.version(of: settings, ["b"], at: 4_000)
    )
    let events: [(FeedEvent, isOnDisk: Bool)] = [
      (.arrived(first), true), (.arrived(second), false), (.failed(.forbidden), true),
    ]
    for (number, event) in events.enumerated() {
      let now = Self.at(Int64(number) * 4_000)
      let order = try #require(await board.tick(at: now).orders.first)
      await board.give(order, event.0, isOnDisk: event.isOnDisk, at: now)
    }
    func take(_ version: FeedVersion, at seconds: Int64) async {
      let stored = FeedBoard.Stored(
        version: version, mark: FeedMark(etag: "disk"), changes: await board.changes(of: "f0"))
      _ = await board.take(settings, staying: [], stored: ["f0": stored], at: Self.at(seconds))
    }
    for seconds in [8_001, 8_002] as [Int64] {
      await take(first, at: seconds)
      #expect(await board.standings().first?.indicators == 1)
    }
    // It is fetched whole, and once that is on disk the disk is right again.
    let order = try #require(await board.tick(at: Self.at(8_003)).orders.first)
    #expect(order.mark == nil)
    let third = Self.version(of: settings, ["b", "c"], at: 8_003)
    await board.give(order, .arrived(third), at: Self.at(8_003))
    await take(third, at: 8_004)
    #expect(await board.tick(at: Self.at(20_000)).orders.first?.mark?.etag == "disk")
  }

  @Test("what is held is not judged anew when other addresses are protected, nor what it took back")
  func continued() async throws {
    let settings = Self.settings(1)
    let protecting = Self.settings(
      1, exclusions: IndicatorExclusions(names: [try #require(DomainName("own.test"))], ranges: []))
    let board = FeedBoard(on: FeedQueue())
    _ = await board.take(settings, staying: [], stored: [:], at: Self.start)
    var whole = Self.version(of: settings, [], at: 0)
    for id in ["a", "b", "c", "d", "e"] {
      whole.add(.userAgent(id), id: id, modified: Self.at(-100))
    }
    for line in 0..<4 { whole.rejectUnreadable(id: String(line), "?") }
    var order = try #require(await board.tick(at: Self.start).orders.first)
    await board.give(order, .arrived(whole), at: Self.start)
    var few = Self.version(of: settings, ["c"], at: 4_000)
    for id in ["a", "b"] { few.revoke(id: id, modified: Self.at(-50)) }
    order = try #require(await board.tick(at: Self.at(4_000)).orders.first)
    await board.give(order, .arrived(few), isOnDisk: false, at: Self.at(4_000))
    #expect(await board.standings().first?.indicators == 3)
    _ = await board.take(protecting, staying: [], stored: [:], at: Self.at(4_001))
    var standing = try #require(await board.standings().first)
    #expect(standing.indicators == 3 && standing.refusal == nil)
    #expect(standing.confirmedAt == Self.start)
    // An older copy brings nothing back.
    order = try #require(await board.tick(at: Self.at(4_002)).orders.first)
    await board.give(order, .arrived(whole.read(at: Self.at(4_002))), at: Self.at(4_002))
    standing = try #require(await board.standings().first)
    #expect(standing.indicators == 3)
  }

  @Test("entries end while their feed's fetch hangs, and while others have all the room")
  func ending() async throws {
    let board = FeedBoard(on: FeedQueue())
    let settings = Self.settings(6)
    var stored: [String: FeedBoard.Stored] = [:]
    for feed in settings.feeds {
      var version = FeedVersion(
        terms: feed.terms, exclusions: Self.none, readAt: Self.at(-80_000))
      version.add(.userAgent("a"), id: "a")
      stored[feed.name] = FeedBoard.Stored(version: version, mark: FeedMark(), changes: nil)
    }
    _ = await board.take(settings, staying: [], stored: stored, at: Self.start)
    #expect(await board.tick(at: Self.start).orders.count == 4)
    #expect(await board.changed()?.map(\.count) == [1, 1, 1, 1, 1, 1])
    // All fetches hang and are given up, and none is begun again before it has ended.
    #expect(await board.tick(at: Self.at(60)).orders.count == 2)
    #expect(await board.tick(at: Self.at(120)).orders.isEmpty)
    _ = await board.tick(at: Self.at(6_400)).orders
    #expect(await board.changed()?.map(\.count) == [0, 0, 0, 0, 0, 0])
  }

  @Test("who asks for a file while it is read has it read once more")
  func askedWhileRead() async throws {
    let board = FeedBoard(on: FeedQueue())
    var settings = Self.settings(1)
    settings.feeds[0].place = .file("/f")
    _ = await board.take(settings, staying: [], stored: [:], at: Self.start)
    let first = try #require(await board.tick(at: Self.start).orders.first)
    _ = await board.take(settings, staying: Set(settings.feeds), stored: [:], at: Self.at(1))
    #expect(await board.tick(at: Self.at(2)).orders.isEmpty)
    await board.give(first, .arrived(Self.version(of: settings, ["old"], at: 3)), at: Self.at(3))
    let second = try #require(await board.tick(at: Self.at(4)).orders.first)
    await board.give(second, .arrived(Self.version(of: settings, ["new"], at: 5)), at: Self.at(5))
    #expect(await board.tick(at: Self.at(6)).orders.isEmpty)
  }
}

extension FeedBoard {
  /// What a fetch brought, and whether the disk was made to say the same.
  fileprivate func give(
    _ order: Order, _ event: FeedEvent, isOnDisk: Bool = true, at now: Timestamp
  ) {
    kept(order, fetched(order, event, nil, at: now), isOnDisk: isOnDisk)
  }
}

extension FeedVersion {
  /// The same entries, read then.
  fileprivate func read(at now: Timestamp) -> FeedVersion {
    var version = FeedVersion(terms: terms, exclusions: exclusions, readAt: now)
    for indicator in indicators {
      version.add(indicator.value, id: indicator.provenance.id, modified: indicator.modified)
    }
    return version
  }
}
