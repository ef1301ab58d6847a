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
    for order in second {
      _ = await board.fetched(order, .failed(.forbidden), nil, at: Self.at(62))
    }
    #expect(
      Set(await board.tick(at: Self.at(200)).orders.map(\.settings.name)) == ["f4", "f5"])
    _ = await board.fetched(first[0], .failed(.forbidden), nil, at: Self.at(201))
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
    #expect(
      await board.fetched(orders[1], .failed(.forbidden), nil, at: Self.at(3)).effects.isEmpty)
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
      _ = await board.fetched(order, .arrived(whole), nil, at: Self.start)
      await board.kept(order, isOnDisk: true)
      order = try #require(await board.tick(at: Self.at(4_000)).orders.first)
      let stored = FeedBoard.Stored(
        version: whole, mark: FeedMark(), changes: await board.changes(of: "f0"))
      // It is refused, and what it withdraws is withdrawn.
      let few = Self.version(of: settings, ["b"], revoking: ["a"], at: 4_000)
      _ = await board.fetched(order, .arrived(few), nil, at: Self.at(4_000))
      #expect(await board.standings().first?.indicators == 3)
      var next = stored
      if isWritten {
        await board.kept(order, isOnDisk: true)
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
    _ = await board.fetched(
      order, .arrived(Self.version(of: settings, ["a", "b"], at: 0)), nil, at: Self.start)
    await board.kept(order, isOnDisk: true)
    let stored = FeedBoard.Stored(
      version: Self.version(of: settings, ["a"], at: 0), mark: FeedMark(etag: "v"),
      changes: await board.changes(of: "f0"))
    _ = await board.take(settings, staying: [], stored: ["f0": stored], at: Self.at(1))
    #expect(await board.standings().first?.indicators == 1)
    #expect(await board.tick(at: Self.at(4_000)).orders.first?.mark == FeedMark(etag: "v"))
  }
}
