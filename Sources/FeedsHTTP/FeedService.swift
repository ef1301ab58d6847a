internal import Logging
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization
package import ThreatIntelligence

/// Fetches feeds when they are due, keeps the last good version of each, in memory and on disk, and
/// gives an index of all of them to whoever matches.
package final class FeedService: Service {
  private let asked: Mutex<Asked>
  private let board: FeedBoard
  private let now: @Sendable () -> Timestamp
  private let secret: UInt64
  private let replace: @Sendable (IndicatorIndex) async -> Void
  private let watched: Mutex<[FeedStanding]>
  private let queue = FeedQueue()
  private let files = FeedFiles()
  /// Apart, so that files of feeds which hang keep no other feed's credentials from being read.
  private let secrets = FeedFiles()
  private let logger = Logger(label: "flyball.feeds")

  private struct Asked {
    /// Nil where no feeds are configured.
    var settings: ThreatSettings?
    /// How often they were given: files are read again though nothing else changed.
    var count = 1
  }

  /// The `secret` keeps feeds from making texts that are slow to find.
  package init(
    _ settings: ThreatSettings?, secret: UInt64, now: @escaping @Sendable () -> Timestamp,
    replace: @escaping @Sendable (IndicatorIndex) async -> Void
  ) {
    asked = Mutex(Asked(settings: settings))
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
        var count = 0
        while true {
          let next = self.asked.withLock { $0 }
          if next.count != count {
            await self.take(next.settings, inPlaceOf: taken)
            (taken, count) = (next.settings, next.count)
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

  /// Takes other feeds and exclusions within a second or so, and reads all files again; what is held
  /// stays in force until they are read.
  package func replace(_ next: ThreatSettings?) {
    asked.withLock { asked in
      asked.settings = next
      asked.count += 1
    }
  }

  /// A feed stays as it is where nothing changed for it; others begin with what is on disk, as it reads
  /// with the exclusions of the day.
  private func take(_ next: ThreatSettings?, inPlaceOf former: ThreatSettings?) async {
    guard next != nil || former != nil else { return }
    var staying: Set<FeedSettings> = []
    if let next, let former, (next.exclusions, next.folder) == (former.exclusions, former.folder) {
      staying = Set(next.feeds).intersection(former.feeds)
    }
    var stored: [String: FeedBoard.Stored] = [:]
    if let next {
      if next.folder != former?.folder {
        let store = FeedStore(folder: next.folder)
        await queue.run { store.removeDrafts() }
      }
      for feed in next.feeds where !staying.contains(feed) {
        stored[feed.name] = await self.stored(feed, next)
      }
    }
    let told = await board.take(next, staying: staying, stored: stored, at: now())
    for (feed, effect) in told { tell(feed, effect) }
    logger.info(
      "feeds taken",
      metadata: ["count": "\(next?.feeds.count ?? 0)", "as they were": "\(staying.count)"])
  }

  private func stored(_ feed: FeedSettings, _ settings: ThreatSettings) async -> FeedBoard.Stored? {
    let store = FeedStore(folder: settings.folder)
    let changes = await board.changes(of: feed.name)
    let found = await queue.run { [now] in store.load(feed, at: now()) }
    guard let found else { return nil }
    do {
      let version = try await read(found, feed, settings.exclusions)
      return FeedBoard.Stored(version: version, mark: found.mark, changes: changes)
    } catch {
      logger.warning(
        "the stored version of a feed is not used",
        metadata: ["feed": "\(feed.name)", "reason": "\(error)"])
      return nil
    }
  }

  private func fetch(_ order: FeedBoard.Order, _ settings: ThreatSettings) async {
    let feed = order.settings
    let fetcher = FeedFetcher(
      settings: feed, allowed: settings.allowed, on: queue, reading: files, secrets: secrets)
    var found: FeedDocuments?
    var event = FeedEvent.unchanged
    do {
      found = try await fetcher.fetch(unless: order.mark, at: now())
      if let found { event = .arrived(try await read(found, feed, settings.exclusions)) }
    } catch {
      event = .failed(error)
    }
    if Task.isCancelled { return }
    let outcome = await board.fetched(order, event, found?.mark, at: now())
    for effect in outcome.effects { tell(feed.name, effect) }
    found?.withdrawn = outcome.withdrawn
    let isOnDisk = await keep(
      found, feed, outcome, in: FeedStore(folder: settings.folder))
    await board.kept(order, outcome, isOnDisk: isOnDisk)
  }

  /// Has the disk hold what memory does: what was taken, that it is still the newest, and without what
  /// its feed withdrew. Says whether it does.
  private func keep(
    _ found: FeedDocuments?, _ feed: FeedSettings, _ outcome: FeedBoard.Outcome,
    in store: FeedStore
  ) async -> Bool {
    let failure = await queue.run { () -> FeedStoreFailure? in
      do {
        for effect in outcome.effects {
          switch effect {
          case .accepted: if let found { try store.save(found, of: feed) }
          case .confirmed: try store.confirm(feed)
          case .withdrawn: try store.withdraw(outcome.withdrawn, from: feed)
          case .fetch, .kept, .ended: break
          }
        }
        return nil
      } catch {
        return error as? FeedStoreFailure
          ?? FeedStoreFailure(reason: "\(error)", leavesOlder: false)
      }
    }
    if let failure {
      logger.error(
        failure.leavesOlder
          ? "an older version of a feed cannot be removed from disk, and a restart begins with it"
          : "a feed is not on disk as it is held, so a restart may begin without it",
        metadata: ["feed": "\(feed.name)", "reason": "\(failure.reason)"])
    }
    return failure == nil
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
