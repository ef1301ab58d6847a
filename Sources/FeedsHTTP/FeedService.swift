internal import Dispatch
internal import Logging
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization
package import ThreatIntelligence

/// Fetches feeds when they are due, keeps the last good version of each, in memory and on disk, and
/// gives an index of all of them to whoever matches.
package final class FeedService: Service {
  private let settings: ThreatSettings
  private let store: FeedStore
  private let board: FeedBoard
  private let now: @Sendable () -> Timestamp
  private let secret: UInt64
  private let replace: @Sendable (IndicatorIndex) async -> Void
  private let watched: Mutex<[FeedStanding]>
  /// Reading and indexing a million entries takes a second or more, which others need not wait for.
  private let queue = DispatchQueue(label: "flyball.feeds", qos: .utility)
  private let logger = Logger(label: "flyball.feeds")

  /// The `secret` keeps feeds from making texts that are slow to find.
  package init(
    _ settings: ThreatSettings, secret: UInt64, now: @escaping @Sendable () -> Timestamp,
    replace: @escaping @Sendable (IndicatorIndex) async -> Void
  ) {
    self.settings = settings
    self.secret = secret
    self.now = now
    self.replace = replace
    store = FeedStore(folder: settings.folder)
    board = FeedBoard(settings.feeds, at: now())
    watched = Mutex([])
  }

  /// How each feed stands.
  package var standings: [FeedStanding] { watched.withLock { $0 } }

  package func run() async throws {
    await restore()
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      try await withThrowingDiscardingTaskGroup { group in
        while true {
          let (orders, told) = await self.board.tick(at: self.now())
          for (feed, effect) in told { self.tell(feed, effect) }
          for order in orders { group.addTask { await self.fetch(order) } }
          await self.index()
          try await Task.sleep(for: .seconds(1))
        }
      }
    }
  }

  private func restore() async {
    for (position, feed) in settings.feeds.enumerated() {
      let found = await work { [store, now] in store.load(feed, at: now()) }
      guard let found else { continue }
      do {
        let version = try await read(found, feed)
        for effect in await board.restore(position, version, found.mark) {
          tell(feed.name, effect)
        }
      } catch {
        logger.warning(
          "the stored version of a feed is not used",
          metadata: ["feed": "\(feed.name)", "reason": "\(error)"])
      }
    }
    await index()
  }

  private func fetch(_ order: FeedBoard.Order) async {
    let feed = order.settings
    let fetcher = FeedFetcher(settings: feed, allowed: settings.allowed)
    var found: FeedDocuments?
    var event = FeedEvent.unchanged
    do {
      found = try await fetcher.fetch(unless: order.mark, at: now())
      if let found { event = .arrived(try await read(found, feed)) }
    } catch {
      event = .failed(error)
    }
    if Task.isCancelled { return }
    let effects = await board.fetched(order.feed, event, found?.mark, at: now())
    for effect in effects { tell(feed.name, effect) }
    await keep(found, feed, effects)
  }

  /// Puts a version on disk that was taken, or notes that the one there is still the newest.
  private func keep(
    _ found: FeedDocuments?, _ feed: FeedSettings, _ effects: [FeedEffect]
  ) async {
    let isTaken = effects.contains { if case .accepted = $0 { true } else { false } }
    let isKept = effects.contains { if case .kept = $0 { true } else { false } }
    guard isTaken || found == nil && !isKept else { return }
    let problem = await work { [store] () -> String? in
      do {
        if let found { try store.save(found, of: feed) } else { try store.confirm(feed) }
        return nil
      } catch {
        return "\(error)"
      }
    }
    if let problem {
      logger.error(
        "a feed is not kept on disk, so a restart begins without it",
        metadata: ["feed": "\(feed.name)", "reason": "\(problem)"])
    }
  }

  /// Makes the index anew where what is held has changed. Only one does so at a time, or an older
  /// index could come last.
  private func index() async {
    let standings = await board.standings()
    watched.withLock { $0 = standings }
    guard let held = await board.changed() else { return }
    let instant = now()
    let result = await work { [secret] in
      Result { () throws(IndicatorIndexFailure) in
        try IndicatorIndex(held.joined(), secret: secret, at: instant)
      }
    }
    switch result {
    case .success(let index):
      await replace(index)
      logger.info("indicators in force", metadata: ["count": "\(index.count)"])
    case .failure(let failure):
      logger.error("the indicators in force stay", metadata: ["reason": "\(failure)"])
    }
  }

  private func read(
    _ found: FeedDocuments, _ feed: FeedSettings
  ) async throws(FetchFailure) -> FeedVersion {
    let exclusions = settings.exclusions
    return try await work {
      Result { () throws(FetchFailure) in try found.read(feed, exclusions) }
    }.get()
  }

  private func tell(_ feed: String, _ effect: FeedEffect) {
    let metadata: Logger.Metadata = ["feed": "\(feed)", "what": "\(effect)"]
    switch effect {
    case .kept: logger.warning("a feed keeps what it held", metadata: metadata)
    case .accepted, .withdrawn: logger.info("a feed changed", metadata: metadata)
    case .fetch, .ended, .renewed: logger.debug("a feed", metadata: metadata)
    }
  }

  private func work<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body()) }
    }
  }
}
