internal import Foundation
internal import MeshModel
internal import Synchronization
internal import TestServer
internal import Testing
internal import ThreatIntelligence

@testable internal import FeedsHTTP

@Suite("What is kept of feeds over restarts and failures", .serialized)
struct FeedKeepingTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("flyball-\(ProcessInfo.processInfo.globallyUniqueString)").path

  private func settings(
    _ feeds: [FeedSettings], never ranges: [IPPrefix] = []
  ) throws -> ThreatSettings {
    ThreatSettings(
      feeds: feeds, exclusions: IndicatorExclusions(names: [], ranges: ranges),
      allowed: [try #require(IPPrefix("127.0.0.0/8"))], folder: folder)
  }

  private static func feed(
    _ name: String, _ place: FeedSettings.Place,
    _ format: FeedSettings.Format = .list(ListFormat(content: .targets(subdomains: false))),
    period: Int64 = 60
  ) -> FeedSettings {
    FeedSettings(
      place: place, format: format,
      terms: FeedTerms(name: name, confidence: 70, lifetimeSeconds: 86_400, mostEntries: 100),
      policy: FeedPolicy(periodSeconds: period, patienceSeconds: 30))
  }

  /// A bundle of indicators by their numbers, the revoked ones with a minus.
  private static func bundle(_ numbers: [Int]) -> [UInt8] {
    let objects = numbers.map { number in
      """
      {"type": "indicator", "id": "indicator--\(abs(number))", "modified":
       "2026-01-0\(number < 0 ? 2 : 1)T00:00:00Z", "valid_from": "2026-01-01T00:00:00Z",
       "revoked": \(number < 0), "pattern_type": "stix",
       "pattern": "[ipv4-addr:value = '203.0.113.\(abs(number))']"}
      """
    }
    return Array(
      "{\"type\": \"bundle\", \"objects\": [\(objects.joined(separator: ","))]}".utf8)
  }

  private var stored: String { folder + "/feed.feed" }

  @Test("what a feed withdrew stays withdrawn after a restart, and so does its age")
  func withdrawn() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let asked = Atomic(0)
    let server = try LoopbackServer { exchange in
      switch asked.add(1, ordering: .relaxed).oldValue {
      case 0: exchange.answer(200, headers: ["ETag: \"v1\""], Self.bundle([1, 2, 3, 4, 5]))
      // Too few to be taken, and it withdraws one of the first.
      case 1: exchange.answer(200, headers: ["ETag: \"v2\""], Self.bundle([-2, 1]))
      case 3: exchange.answer(200, headers: ["ETag: \"v1\""], Self.bundle([1, 2, 3, 4, 5]))
      default: exchange.answer(503)
      }
    }
    defer { server.stop() }
    let settings = try settings([
      Self.feed("feed", .url("http://127.0.0.1:\(server.port)/"), .stix)
    ])
    let path = stored
    _ = try await FeedServiceTests.runAll(settings) { standings in
      standings.first?.indicators == 5 && FileManager.default.fileExists(atPath: path)
    }
    let hourAgo = Date(timeIntervalSinceNow: -3_600)
    try FileManager.default.setAttributes([.modificationDate: hourAgo], ofItemAtPath: path)
    let second = try await FeedServiceTests.runAll(settings) { standings in
      standings.first?.indicators == 4
        && FileManager.default.contents(atPath: path)?.range(of: Data("--2\":".utf8)) != nil
    }
    #expect(second.standings.first?.refusal == .shrunk(from: 5, to: 1))
    let third = try await FeedServiceTests.runAll(settings, at: { FeedServiceTests.wall(7_200) }) {
      ($0.first?.failures ?? 0) > 0
    }
    #expect(third.counts == [4])
    let confirmed = try #require(third.standings.first?.confirmedAt)
    #expect(abs(confirmed.second - Int64(hourAgo.timeIntervalSince1970)) <= 1)
    // All of it is fetched again, for nothing else brings back what is gone.
    #expect(server.requests.map { $0.contains("If-None-Match") } == [false, true, false])
    // When it was withdrawn is known too, so that an older copy does not bring it back.
    let fourth = try await FeedServiceTests.runAll(settings, at: { FeedServiceTests.wall(7_200) }) {
      ($0.first?.failures ?? 0) > 0
    }
    #expect(fourth.counts == [4])
    guard case .olderEntry(id: "indicator--2", _, _) = fourth.standings.first?.refusal else {
      Issue.record("\(String(describing: fourth.standings.first?.refusal))")
      return
    }
  }

  @Test("a version that cannot be put on disk leaves no older one there, which would come back")
  func unwritable() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let asked = Atomic(0)
    let server = try LoopbackServer { exchange in
      let isFirst = asked.add(1, ordering: .relaxed).oldValue == 0
      exchange.answer(200, Array((isFirst ? "203.0.113.7\n" : "203.0.113.8\n").utf8))
    }
    defer { server.stop() }
    let settings = try settings([Self.feed("feed", .url("http://127.0.0.1:\(server.port)/"))])
    let path = stored
    _ = try await FeedServiceTests.runAll(settings) { _ in
      FileManager.default.fileExists(atPath: path)
    }
    // A folder in the way of the draft.
    try FileManager.default.createDirectory(
      atPath: path + ".new", withIntermediateDirectories: false)
    _ = try await FeedServiceTests.runAll(settings, at: { FeedServiceTests.wall(3_600) }) { _ in
      !FileManager.default.fileExists(atPath: path)
    }
  }

  @Test("a failure that comes when its fetch was given up does not make what is stored newer")
  func lateFailure() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let asked = Atomic(0)
    let mayAnswer = DispatchSemaphore(value: 0)
    let server = try LoopbackServer { exchange in
      switch asked.add(1, ordering: .relaxed).oldValue {
      case 0: return exchange.answer(200, Array("203.0.113.7\n".utf8))
      case 1: mayAnswer.wait()
      default: break
      }
      exchange.answer(503)
    }
    defer { server.stop() }
    let settings = try settings([Self.feed("feed", .url("http://127.0.0.1:\(server.port)/"))])
    let path = stored
    _ = try await FeedServiceTests.runAll(settings) { _ in
      FileManager.default.fileExists(atPath: path)
    }
    let hourAgo = Date(timeIntervalSinceNow: -3_600)
    try FileManager.default.setAttributes([.modificationDate: hourAgo], ofItemAtPath: path)
    let offset = Atomic(Int64(0))
    let run = try await FeedServiceTests.runAll(
      settings, at: { FeedServiceTests.wall(offset.load(ordering: .relaxed)) },
      until: { standings in
        // The second is under way: it is given up, and then it answers.
        if asked.load(ordering: .relaxed) == 2 { offset.store(120, ordering: .relaxed) }
        if standings.first?.failures == 1 {
          mayAnswer.signal()
          offset.store(600, ordering: .relaxed)
        }
        return (standings.first?.failures ?? 0) >= 2
      })
    #expect(run.standings.first?.refusal == .failed(.status(503)))
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    let time = try #require(attributes[.modificationDate] as? Date)
    #expect(abs(time.timeIntervalSince(hourAgo)) < 2)
    #expect(run.standings.first?.confirmedAt?.second == Int64(time.timeIntervalSince1970))
  }

  @Test("a file that changed while nothing ran is read before anything of it is in force")
  func changedFile() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let list = folder + "/own.txt"
    try "203.0.113.7\n203.0.113.8\n203.0.113.9\n".write(
      toFile: list, atomically: true, encoding: .utf8)
    let settings = try settings([Self.feed("feed", .file(list), period: 86_400)])
    let path = stored
    _ = try await FeedServiceTests.runAll(settings) { _ in
      FileManager.default.fileExists(atPath: path)
    }
    try "203.0.113.7\n203.0.113.9\n".write(toFile: list, atomically: true, encoding: .utf8)
    let second = try await FeedServiceTests.runAll(settings) { $0.first?.indicators == 2 }
    #expect(second.counts == [2])
    // One that is not there leaves what was held.
    try FileManager.default.removeItem(atPath: list)
    let third = try await FeedServiceTests.runAll(settings) { ($0.first?.failures ?? 0) > 0 }
    #expect(third.counts == [2])
  }

  @Test("a feed with too much text is not held, and the others go on")
  func tooMuchText() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let asked = Atomic(0)
    let server = try LoopbackServer { exchange in
      guard exchange.head.contains(" /large ") else {
        let count = asked.add(1, ordering: .relaxed).newValue
        return exchange.answer(200, Array((0..<count).map { "203.0.113.\($0)\n" }.joined().utf8))
      }
      let path = String(repeating: "x", count: 2_000)
      exchange.answer(
        200, Array((0..<90).map { "https://a.test/\($0)\(path)\n" }.joined().utf8))
    }
    defer { server.stop() }
    let url = "http://127.0.0.1:\(server.port)"
    let settings = try settings([
      Self.feed("large", .url(url + "/large")), Self.feed("small", .url(url + "/small")),
    ])
    let offset = Atomic(Int64(0))
    let run = try await FeedServiceTests.runAll(
      settings, at: { FeedServiceTests.wall(offset.load(ordering: .relaxed)) },
      until: { standings in
        if standings.last?.indicators == 1 { offset.store(3_600, ordering: .relaxed) }
        return standings.last?.indicators == 2
      })
    #expect(run.counts == [1, 2])
    let large = try #require(run.standings.first)
    guard case .tooMuchText(_, most: 89_536) = large.refusal else {
      Issue.record("\(String(describing: large.refusal))")
      return
    }
    #expect(large.indicators == 0 && large.confirmedAt == nil)
  }

  @Test("other feeds and exclusions are taken while it runs, and what is the same goes on as it is")
  func replaced() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let server = try LoopbackServer { exchange in
      exchange.answer(200, Array("203.0.113.7\n203.0.113.8\n".utf8))
    }
    defer { server.stop() }
    let (one, two) = (
      Self.feed("one", .url("http://127.0.0.1:\(server.port)/one")),
      Self.feed("two", .url("http://127.0.0.1:\(server.port)/two"))
    )
    let first = try settings([one])
    let both = try settings([one, two])
    let excluding = try settings([one], never: [try #require(IPPrefix("203.0.113.8"))])
    let folder = folder
    @Sendable func isStored(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: "\(folder)/\(name).feed")
    }
    let run = try await FeedServiceTests.runService(nil) { service, counts in
      switch (counts.count, counts.last) {
      case (0, _): service.replace(first)
      case (1, _): if isStored("one") { service.replace(both) }
      // Perhaps once more, before the second has come.
      case (_, 4): if isStored("two") { service.replace(excluding) }
      case (_, 1): service.replace(nil)
      case (_, 0): return service.standings.isEmpty
      default: break
      }
      return false
    }
    #expect(Set(run.counts) == [2, 4, 1, 0] && run.counts.last == 0, "\(run.counts)")
    // What is the same is not fetched again, and what is read anew is read from disk.
    #expect(server.requests.map { $0.prefix(8) } == ["GET /one", "GET /two"])
  }

  @Test(
    "what could not be put on disk, or is gone from there, is fetched whole and put there again")
  func savedAgain() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let server = try LoopbackServer { exchange in
      if exchange.head.contains("If-None-Match") {
        exchange.answer(304, headers: ["ETag: \"v1\""])
      } else {
        exchange.answer(200, headers: ["ETag: \"v1\""], Array("203.0.113.7\n".utf8))
      }
    }
    defer { server.stop() }
    let settings = try settings([Self.feed("feed", .url("http://127.0.0.1:\(server.port)/"))])
    let path = stored
    // A folder in the way of the draft.
    try FileManager.default.createDirectory(
      atPath: path + ".new", withIntermediateDirectories: true)
    let offset = Atomic(Int64(0))
    let stage = Atomic(0)
    _ = try await FeedServiceTests.runAll(
      settings, at: { FeedServiceTests.wall(offset.load(ordering: .relaxed)) },
      until: { standings in
        let isThere = FileManager.default.fileExists(atPath: path)
        switch stage.load(ordering: .relaxed) {
        case 0:
          guard standings.first?.indicators == 1 else { return false }
          offset.store(1_000, ordering: .relaxed)
          guard server.requests.count == 2 else { return false }
          #expect(rmdir(path + ".new") == 0)
          offset.store(2_000, ordering: .relaxed)
        case 1:
          guard isThere else { return false }
          #expect(unlink(path) == 0)
        default:
          // It is missed when it is asked about at the latest, and then fetched whole.
          if !isThere { offset.add(1_000, ordering: .relaxed) }
          return isThere
        }
        stage.add(1, ordering: .relaxed)
        return false
      })
    let isConditional = server.requests.map { $0.contains("If-None-Match") }
    // The first could not be kept, and what was gone came again.
    #expect(isConditional.prefix(2) == [false, false])
    #expect(isConditional.count { !$0 } >= 3)
  }

  @Test("what is protected anew is let go, and the rest stays, though nothing is on disk")
  func protectedWithoutDisk() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let asked = Atomic(0)
    let server = try LoopbackServer { exchange in
      if asked.add(1, ordering: .relaxed).oldValue == 0 {
        exchange.answer(200, Array("203.0.113.7\n203.0.113.8\n".utf8))
      } else {
        exchange.answer(503)
      }
    }
    defer { server.stop() }
    let feeds = [Self.feed("feed", .url("http://127.0.0.1:\(server.port)/"))]
    let protecting = try settings(feeds, never: [try #require(IPPrefix("203.0.113.8"))])
    let path = stored
    let run = try await FeedServiceTests.runService(try settings(feeds)) { service, counts in
      if counts == [2], FileManager.default.fileExists(atPath: path) {
        unlink(path)
        service.replace(protecting)
      }
      // It was asked for all of it at once.
      return counts.count > 1 && (service.standings.first?.failures ?? 0) > 0
    }
    #expect(run.counts == [2, 1] && run.standings.first?.indicators == 1)
  }

  @Test("files are read again when that is asked for, though the configuration is the same")
  func askedAgain() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let list = folder + "/own.txt"
    try "203.0.113.7\n".write(toFile: list, atomically: true, encoding: .utf8)
    let settings = try settings([Self.feed("feed", .file(list), period: 86_400)])
    let isChanged = Atomic(false)
    let run = try await FeedServiceTests.runService(settings) { service, counts in
      if service.standings.first?.indicators == 1, !isChanged.exchange(true, ordering: .relaxed) {
        try? "203.0.113.7\n203.0.113.8\n".write(  // Else it is not reached.
          toFile: list, atomically: true, encoding: .utf8)
        service.replace(settings)
      }
      return service.standings.first?.indicators == 2
    }
    #expect(run.standings.first?.failures == 0)
  }

  @Test("no draft is left behind, by a writing that failed or by a process that ended")
  func drafts() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only what this test made.
    let feed = Self.feed("feed", .url("https://feeds.test/"))
    let store = FeedStore(folder: folder)
    // It can be written, and not be put in its place.
    try FileManager.default.createDirectory(
      atPath: stored + "/in", withIntermediateDirectories: true)
    let found = FeedDocuments(
      documents: [Array("203.0.113.7\n".utf8)], mark: FeedMark(),
      fetchedAt: FeedServiceTests.wall())
    let failure = #expect(throws: FeedStoreFailure.self) { try store.save(found, of: feed) }
    #expect(failure?.leavesOlder == true, "what is there cannot be removed")
    #expect(throws: FeedStoreFailure.self) { try store.withdraw([:], from: feed) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["feed.feed"])
    // What was there before and can be removed is.
    let other = Self.feed("other", .url("https://feeds.test/"))
    try store.save(found, of: other)
    try FileManager.default.createDirectory(
      atPath: folder + "/other.feed.new/in", withIntermediateDirectories: true)
    let second = #expect(throws: FeedStoreFailure.self) { try store.save(found, of: other) }
    #expect(second?.leavesOlder == false)
    #expect(!FileManager.default.fileExists(atPath: folder + "/other.feed"))
    try store.withdraw([:], from: other)
    let left = folder + "/gone.feed.new"
    try Data(found.documents[0]).write(to: URL(fileURLWithPath: left))
    _ = try await FeedServiceTests.runAll(try settings([])) { _ in
      !FileManager.default.fileExists(atPath: left)
    }
  }
}
