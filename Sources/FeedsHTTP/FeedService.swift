internal import Logging
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization
package import ThreatIntelligence

/// Fetches feeds when they are due, keeps the last good version of each, in memory and on disk, and
/// gives an index of all of them to whoever matches.
package final class FeedService: Service {
  /// Nil where no feeds are configured.
  private let settings: Mutex<ThreatSettings?>
  private let board: FeedBoard
  private let now: @Sendable () -> Timestamp
  private let secret: UInt64
  private let replace: @Sendable (IndicatorIndex) async -> Void
  private let watched: Mutex<[FeedStanding]>
  private let queue = FeedQueue()
  private let logger = Logger(label: "flyball.feeds")

  /// The `secret` keeps feeds from making texts that are slow to find.
  package init(
    _ settings: ThreatSettings?, secret: UInt64, now: @escaping @Sendable () -> Timestamp,
    replace: @escaping @Sendable (IndicatorIndex) async -> Void
  ) {
    self.settings = Mutex(settings)
    self.secret = secret
    self.now = now
    self.replace = replace
    board = FeedBoard(on: queue)
    watched = Mutex([])
  }

  /// How each feed stands.
  package var standings: [FeedStanding] { watched.withLock { $0 } }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      try await withThrowingDiscardingTaskGroup { group in
        var taken: ThreatSettings?
        while true {
          let next = self.settings.withLock { $0 }
          if next != taken {
            await self.take(next, inPlaceOf: taken)
            taken = next
          }
          let (orders, told) = await self.board.tick(at: self.now())
          for (feed, effect) in told { self.tell(feed, effect) }
          if let taken {
            for order in orders { group.addTask { await self.fetch(order, taken) } }
          }
          // Before the index, so that files which changed while nothing ran are in the first.
          try await Task.sleep(for: .seconds(1))
          await self.index()
        }
      }
    }
  }

  /// Takes other feeds and exclusions within a second or so; what is held stays in force until they
  /// are read.
  package func replace(_ next: ThreatSettings?) {
    settings.withLock { $0 = next }
  }

  /// A feed stays as it is where nothing changed for it; others begin with what is on disk, as it reads
  /// with the exclusions of the day.
  private func take(_ next: ThreatSettings?, inPlaceOf former: ThreatSettings?) async {
    var staying: Set<FeedSettings> = []
    if let next, let former, (next.exclusions, next.folder) == (former.exclusions, former.folder) {
      staying = Set(next.feeds).intersection(former.feeds)
    }
    var stored: [String: FeedBoard.Stored] = [:]
    if let next {
      for feed in next.feeds where !staying.contains(feed) {
        stored[feed.name] = await self.stored(feed, next)
      }
    }
    let told = await board.take(next?.feeds ?? [], staying: staying, stored: stored, at: now())
    for (feed, effect) in told { tell(feed, effect) }
    logger.info(
      "feeds taken",
      metadata: ["count": "\(next?.feeds.count ?? 0)", "as they were": "\(staying.count)"])
  }

  private func stored(_ feed: FeedSettings, _ settings: ThreatSettings) async -> FeedBoard.Stored? {
    let store = FeedStore(folder: settings.folder)
    let found = await queue.run { [now] in store.load(feed, at: now()) }
    guard let found else { return nil }
    do {
      let version = try await read(found, feed, settings.exclusions)
      return FeedBoard.Stored(version: version, mark: found.mark)
    } catch {
      logger.warning(
        "the stored version of a feed is not used",
        metadata: ["feed": "\(feed.name)", "reason": "\(error)"])
      return nil
    }
  }

  private func fetch(_ order: FeedBoard.Order, _ settings: ThreatSettings) async {
    let feed = order.settings
    let fetcher = FeedFetcher(settings: feed, allowed: settings.allowed, on: queue)
    var found: FeedDocuments?
    var event = FeedEvent.unchanged
    do {
      found = try await fetcher.fetch(unless: order.mark, at: now())
      if let found { event = .arrived(try await read(found, feed, settings.exclusions)) }
    } catch {
      event = .failed(error)
    }
    if Task.isCancelled { return }
    let effects = await board.fetched(order, event, found?.mark, at: now())
    for effect in effects { tell(feed.name, effect) }
    await keep(found, feed, effects, in: FeedStore(folder: settings.folder))
  }

  /// Has the disk hold what memory does: what was taken, that it is still the newest, and without what
  /// its feed withdrew. What cannot be kept so is removed, for it would come back with a restart.
  private func keep(
    _ found: FeedDocuments?, _ feed: FeedSettings, _ effects: [FeedEffect], in store: FeedStore
  ) async {
    let problem = await queue.run { () -> String? in
      do {
        for effect in effects {
          switch effect {
          case .accepted: if let found { try store.save(found, of: feed) }
          case .confirmed: try store.confirm(feed)
          case .withdrawn(let ids): try store.withdraw(ids, from: feed)
          case .fetch, .kept, .ended: break
          }
        }
        return nil
      } catch {
        store.remove(feed)
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
    if let held = await board.changed() {
      let instant = now()
      do throws(IndicatorIndexFailure) {
        let index = try await queue.run { [secret] () throws(IndicatorIndexFailure) in
          try IndicatorIndex(held.joined(), secret: secret, at: instant)
        }
        await replace(index)
        logger.info("indicators in force", metadata: ["count": "\(index.count)"])
      } catch {
        // What feeds may hold together fits.
        logger.critical("the indicators in force stay", metadata: ["reason": "\(error)"])
      }
    }
    let standings = await board.standings()
    watched.withLock { $0 = standings }
  }

  private func read(
    _ found: FeedDocuments, _ feed: FeedSettings, _ exclusions: IndicatorExclusions
  ) async throws(FetchFailure) -> FeedVersion {
    try await queue.run { () throws(FetchFailure) in try found.read(feed, exclusions) }
  }

  private func tell(_ feed: String, _ effect: FeedEffect) {
    let metadata: Logger.Metadata = ["feed": "\(feed)", "what": "\(effect)"]
    switch effect {
    case .kept: logger.warning("a feed keeps what it held", metadata: metadata)
    case .accepted, .withdrawn: logger.info("a feed changed", metadata: metadata)
    case .fetch, .ended, .confirmed: logger.debug("a feed", metadata: metadata)
    }
  }
}
