internal import FeedsHTTP
internal import Foundation
internal import TestServer
internal import MeshModel
internal import ServiceLifecycle
internal import Synchronization
internal import Testing
internal import ThreatIntelligence

@Suite("The life of feeds", .serialized)
struct FeedServiceTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("flyball-\(ProcessInfo.processInfo.globallyUniqueString)").path

  private func settings(
    _ url: String, exclusions: IndicatorExclusions = IndicatorExclusions(names: [], ranges: [])
  ) throws -> ThreatSettings {
    ThreatSettings(
      feeds: [
        FeedSettings(
          place: .url(url), format: .list(ListFormat(content: .targets(subdomains: false))),
          terms: FeedTerms(
            name: "list", confidence: 70, lifetimeSeconds: 86_400, mostEntries: 1_000),
          policy: FeedPolicy(periodSeconds: 60, patienceSeconds: 5))
      ], exclusions: exclusions, allowed: [try #require(IPPrefix("127.0.0.0/8"))], folder: folder)
  }

  static func wall(_ seconds: Int64 = 0) -> Timestamp {
    Timestamp(seconds: Int64(Date().timeIntervalSince1970) + seconds)
  }

  /// Runs the service until it stands as wanted, and gives the number of indicators of each index.
  private static func run(
    _ settings: ThreatSettings, at now: @escaping @Sendable () -> Timestamp = { wall() },
    until isReached: @escaping @Sendable (FeedStanding) -> Bool
  ) async throws -> (counts: [Int], standing: FeedStanding) {
    let run = try await runAll(settings, at: now) { $0.first.map(isReached) ?? false }
    return (run.counts, try #require(run.standings.first))
  }

  /// The same of several feeds.
  static func runAll(
    _ settings: ThreatSettings, at now: @escaping @Sendable () -> Timestamp = { wall() },
    until isReached: @escaping @Sendable ([FeedStanding]) -> Bool
  ) async throws -> (counts: [Int], standings: [FeedStanding]) {
    try await runService(settings, at: now) { service, _ in isReached(service.standings) }
  }

  private final class Counts: Sendable {
    let all = Mutex<[Int]>([])
  }

  /// The same, with the service at hand, and the numbers of indicators so far.
  static func runService(
    _ settings: ThreatSettings?, at now: @escaping @Sendable () -> Timestamp = { wall() },
    until isReached: @escaping @Sendable (FeedService, [Int]) -> Bool
  ) async throws -> (counts: [Int], standings: [FeedStanding]) {
    let counts = Counts()
    let service = FeedService(settings, secret: 1, now: now) { index in
      counts.all.withLock { $0.append(index.count) }
    }
    let standings = try await withThrowingTaskGroup { group in
      group.addTask {
        try await service.run()
        return [FeedStanding]()
      }
      group.addTask {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(20)
        while clock.now < deadline {
          if isReached(service, counts.all.withLock { $0 }) { return service.standings }
          try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("not reached")
        return service.standings
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
    return (counts.all.withLock { $0 }, standings)
  }

  @Test("a restart without the network begins with the last good version, and says that it is old")
  func restart() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let server = try LoopbackServer { $0.answer(200, Array("203.0.113.7\n203.0.113.8\n".utf8)) }
    let settings = try settings("http://127.0.0.1:\(server.port)/")
    let first = try await Self.run(settings) {
      $0.indicators == 2 && FileManager.default.fileExists(atPath: self.folder + "/list.feed")
    }
    server.stop()
    #expect(first.counts == [2] && first.standing.failures == 0)
    let later: @Sendable () -> Timestamp = { Self.wall(3_600) }
    let second = try await Self.run(settings, at: later) { $0.failures > 0 }
    #expect(second.counts == [2] && second.standing.indicators == 2)
    guard case .failed(.unreachable) = second.standing.refusal else {
      Issue.record("\(String(describing: second.standing.refusal))")
      return
    }
    let confirmed = try #require(second.standing.confirmedAt)
    #expect(confirmed < Self.wall(60), "its age is that of what is held")
    // What is protected now is protected from what was read before.
    let protecting = try self.settings(
      "http://127.0.0.1:\(server.port)/",
      exclusions: IndicatorExclusions(
        names: [], ranges: [try #require(IPPrefix("203.0.113.8/32"))]))
    let third = try await Self.run(protecting, at: later) { $0.failures > 0 }
    #expect(third.counts == [1])
    // Another place under the same name is another feed.
    let elsewhere = try self.settings("http://127.0.0.1:\(server.port)/other")
    #expect(try await Self.run(elsewhere, at: later) { $0.failures > 0 }.counts.isEmpty)
  }

  @Test("a feed that shrinks suddenly keeps the last good version, and says so")
  func shrunk() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let asked = Atomic(0)
    let server = try LoopbackServer { exchange in
      let isFirst = asked.add(1, ordering: .relaxed).oldValue == 0
      exchange.answer(
        200, Array((isFirst ? "203.0.113.7\n203.0.113.8\n203.0.113.9\n" : "\n").utf8))
    }
    defer { server.stop() }
    let offset = Atomic(Int64(0))
    let settings = try settings("http://127.0.0.1:\(server.port)/")
    let run = try await Self.run(
      settings, at: { Self.wall(offset.load(ordering: .relaxed)) },
      until: { standing in
        if standing.indicators == 3 { offset.store(3_600, ordering: .relaxed) }
        return standing.failures > 0
      })
    #expect(run.standing.refusal == .shrunk(from: 3, to: 0))
    #expect(run.standing.indicators == 3)
    #expect(run.counts == [3])
  }

  @Test("a stored version that was cut or changed is not used")
  func damaged() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let server = try LoopbackServer { $0.answer(200, Array("203.0.113.7\n203.0.113.8\n".utf8)) }
    let settings = try settings("http://127.0.0.1:\(server.port)/")
    let path = folder + "/list.feed"
    _ = try await Self.run(settings) { _ in FileManager.default.fileExists(atPath: path) }
    server.stop()
    let whole = try #require(FileManager.default.contents(atPath: path))
    var changed = whole
    changed[changed.endIndex - 2] ^= 1
    for bytes in [whole.dropLast(), Data(), changed, Data("{}\n".utf8), whole + Data([0x0A])] {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let run = try await Self.run(settings, at: { Self.wall(3_600) }) { $0.failures > 0 }
      #expect(run.counts.isEmpty)
    }
  }
}
