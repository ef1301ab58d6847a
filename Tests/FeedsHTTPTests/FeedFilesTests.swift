internal import FeedsHTTP
internal import Foundation
internal import MeshModel
internal import Synchronization
internal import Testing
internal import ThreatIntelligence

@Suite("Files of feeds that hang")
struct FeedFilesTests {
  private static let clock = ContinuousClock()

  /// What is said of a reading that fails.
  private static func failure(
    _ read: () async throws(FetchFailure) -> [UInt8]
  ) async -> FetchFailure? {
    do throws(FetchFailure) {
      _ = try await read()
      return nil
    } catch {
      return error
    }
  }

  @Test("what is no regular file is refused at once, as a list and as credentials")
  func fifo() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("flyball-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // Only what this test made.
    let path = folder.appendingPathComponent("fifo").path
    try #require(mkfifo(path, 0o600) == 0)
    let started = Self.clock.now
    for (place, credentials) in [
      (FeedSettings.Place.file(path), nil),
      (.url("https://feeds.test/"), FeedSettings.Credentials.bearer(file: path)),
      (.url("https://feeds.test/"), .basic(file: folder.path)),
    ] {
      let settings = FeedSettings(
        place: place, format: .stix, credentials: credentials,
        terms: FeedTerms(name: "f", confidence: 70, lifetimeSeconds: 86_400, mostEntries: 100),
        policy: FeedPolicy(periodSeconds: 3_600, patienceSeconds: 60))
      let fetcher = FeedFetcher(
        settings: settings, allowed: [], on: FeedQueue(), reading: FeedFiles(), secrets: FeedFiles()
      )
      let failure = await Self.failure { () throws(FetchFailure) in
        _ = try await fetcher.fetch(unless: nil, at: Timestamp(seconds: 1_800_000_000))
        return []
      }
      #expect(failure?.description.contains("is no regular file") == true, "\(failure as Any)")
    }
    #expect(Self.clock.now - started < .seconds(20))
  }

  @Test("a file that hangs is given up in time, read no second time while it hangs, and then again")
  func hanging() async throws {
    let files = FeedFiles()
    let mayEnd = DispatchSemaphore(value: 0)
    let begun = Atomic(0)
    @Sendable func hang() -> [UInt8] {
      begun.add(1, ordering: .relaxed)
      mayEnd.wait()
      return []
    }
    let first = await Self.failure { () throws(FetchFailure) in
      try await files.run("/hangs", withinSeconds: 1, hang)
    }
    #expect(first == .unreachable("/hangs was not read in time"))
    let second = await Self.failure { () throws(FetchFailure) in
      try await files.run("/hangs", withinSeconds: 60, hang)
    }
    #expect(second == .unreachable("/hangs: a reading of before still hangs"))
    #expect(begun.load(ordering: .relaxed) == 1)
    #expect(try await files.run("/other", withinSeconds: 60) { [7] } == [7])
    mayEnd.signal()
    let deadline = Self.clock.now + .seconds(20)
    var bytes: [UInt8]?
    while bytes == nil, Self.clock.now < deadline {
      do {
        bytes = try await files.run("/hangs", withinSeconds: 60) { [8] }
      } catch {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    #expect(bytes == [8])
  }

  @Test("a cancelled task leaves what hangs behind, and so many at most hang at one time")
  func cancelled() async throws {
    let files = FeedFiles()
    let mayEnd = DispatchSemaphore(value: 0)
    defer { for _ in 0..<ThreatLimits.hangingFiles { mayEnd.signal() } }
    for number in 0..<ThreatLimits.hangingFiles {
      let task = Task {
        await Self.failure { () throws(FetchFailure) in
          try await files.run("/hangs/\(number)", withinSeconds: 3_600) {
            mayEnd.wait()
            return []
          }
        }
      }
      task.cancel()
      #expect(await task.value == .unreachable("given up"))
    }
    let next = await Self.failure { () throws(FetchFailure) in
      try await files.run("/next", withinSeconds: 60) { [7] }
    }
    #expect(next == .unreachable("/next: not read while 16 other files hang"))
    // Files of feeds keep no credentials from being read.
    let settings = FeedSettings(
      place: .url("https://feeds.test/"), format: .stix, credentials: .bearer(file: "/"),
      terms: FeedTerms(name: "f", confidence: 70, lifetimeSeconds: 86_400, mostEntries: 100),
      policy: FeedPolicy(periodSeconds: 3_600, patienceSeconds: 60))
    let fetcher = FeedFetcher(
      settings: settings, allowed: [], on: FeedQueue(), reading: files, secrets: FeedFiles())
    let failure = await Self.failure { () throws(FetchFailure) in
      _ = try await fetcher.fetch(unless: nil, at: Timestamp(seconds: 1_800_000_000))
      return []
    }
    #expect(failure == .unreadable("its credentials: / is no regular file"))
  }
}
