internal import FeedsHTTP
internal import Foundation
internal import MeshModel
internal import TestServer
internal import Testing
internal import ThreatIntelligence

@Suite("Where what takes long is done", .serialized)
struct FeedQueueTests {
  /// A page of about so many bytes.
  private static func page(_ bytes: Int) -> [UInt8] {
    let object = #"{"type": "indicator", "id": "indicator--0", "labels": ["a", "b", "c"]},"#
    let objects = String(repeating: object, count: bytes / object.utf8.count)
    return Array("{\"objects\": [\(objects.dropLast())]}".utf8)
  }

  @Test("while as many large pages are read as there are threads for tasks, other tasks go on")
  func pages() async throws {
    let page = Self.page(4 << 20)
    let server = try LoopbackServer { exchange in
      if exchange.head.contains("/objects/") {
        exchange.answer(200, page)
      } else if exchange.head.contains(" /collections/ ") {
        exchange.answer(
          200, Array(#"{"collections": [{"id": "c", "title": "c", "can_read": true}]}"#.utf8))
      } else {
        exchange.answer(200, Array("{}".utf8))
      }
    }
    defer { server.stop() }
    let settings = FeedSettings(
      place: .url("http://127.0.0.1:\(server.port)/"), format: .taxii(collection: "c"),
      terms: FeedTerms(name: "f", confidence: 70, lifetimeSeconds: 86_400, mostEntries: 100),
      policy: FeedPolicy(periodSeconds: 3_600, patienceSeconds: 60))
    let allowed = [IPPrefix("127.0.0.0/8")].compactMap(\.self)
    let clock = ContinuousClock()
    let alone = try clock.measure { _ = try TAXIIDocument.page(page) }
    let gap = try await withThrowingTaskGroup(of: Duration.self) { group in
      group.addTask {
        var longest = Duration.zero
        while !Task.isCancelled {
          let start = clock.now
          try? await Task.sleep(for: .milliseconds(1))  // Cancelled at the end.
          longest = max(longest, clock.now - start)
        }
        return longest
      }
      let queue = FeedQueue()
      try await withThrowingDiscardingTaskGroup { fetches in
        for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
          fetches.addTask {
            let fetcher = FeedFetcher(
              settings: settings, allowed: allowed, on: queue, reading: FeedFiles(),
              secrets: FeedFiles())
            let found = try await fetcher.fetch(unless: nil, at: Timestamp(seconds: 1_800_000_000))
            #expect(found?.documents == [page])
          }
        }
      }
      group.cancelAll()
      return try await group.next() ?? .zero
    }
    #expect(gap < alone / 2, "a task waited \(gap); one page takes \(alone)")
  }
}
