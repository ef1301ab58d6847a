internal import MeshModel
internal import ThreatIntelligence

/// A mailbox around the feeds' lives, on the thread for what takes long: a version of a million entries
/// is gone through to judge it, and when its entries end.
actor FeedBoard {
  nonisolated let queue: FeedQueue
  private var feeds: [Feed] = []
  private var isChanged = false
  /// Of the feed that came last; none has that of another that was there before.
  private var lastNumber = 0

  private struct Feed {
    let number: Int
    let settings: FeedSettings
    var keeper: FeedKeeper
    let startedAt: Timestamp
    /// Of the version that is held.
    var mark: FeedMark?
    var confirmedAt: Timestamp?
    var failures: UInt64 = 0
    var isBeingFetched = false
  }

  /// A feed whose fetch is due.
  struct Order: Sendable {
    let feed: Int
    let settings: FeedSettings
    let mark: FeedMark?
  }

  /// A version that was held before, as it reads now.
  struct Stored: Sendable {
    let version: FeedVersion
    let mark: FeedMark
  }

  init(on queue: FeedQueue) {
    self.queue = queue
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

  /// Takes the place of all feeds at once; those that are to stay go on as they are. Of the others each
  /// begins with what was held before, as of then, so that it ends and is fetched when it would have
  /// been.
  ///
  /// Files are read at once: who changed one is heard, and no server is asked.
  func take(
    _ next: [FeedSettings], staying: Set<FeedSettings>, stored: [String: Stored], at now: Timestamp
  ) -> [(String, FeedEffect)] {
    let former = Dictionary(uniqueKeysWithValues: feeds.map { ($0.settings.name, $0) })
    var told: [(String, FeedEffect)] = []
    feeds = []
    isChanged = !former.isEmpty
    for settings in next {
      let found = stored[settings.name]
      if staying.contains(settings), let feed = former[settings.name] {
        feeds.append(feed)
      } else {
        lastNumber += 1
        let keeper = FeedKeeper(
          name: settings.name, policy: settings.policy, at: found?.version.readAt ?? now)
        feeds.append(Feed(number: lastNumber, settings: settings, keeper: keeper, startedAt: now))
        if let found {
          told += handle(
            feeds.count - 1, .arrived(found.version), found.mark, at: found.version.readAt
          ).map { (settings.name, $0) }
        }
      }
      if case .file = settings.place { _ = handle(feeds.count - 1, .asked, nil, at: now) }
    }
    return told
  }

  /// Lets time pass. Past the number of fetches that may run at one time, those due wait.
  func tick(at now: Timestamp) -> (orders: [Order], told: [(String, FeedEffect)]) {
    var orders: [Order] = []
    var told: [(String, FeedEffect)] = []
    var running = feeds.count(where: \.isBeingFetched)
    for position in feeds.indices {
      let isFull = running >= ThreatLimits.fetches || feeds[position].isBeingFetched
      if case .due = feeds[position].keeper.schedule, isFull { continue }
      for effect in handle(position, .tick, nil, at: now) {
        if effect == .fetch {
          running += 1
          feeds[position].isBeingFetched = true
          orders.append(
            Order(
              feed: feeds[position].number, settings: feeds[position].settings,
              mark: feeds[position].mark))
        } else {
          told.append((feeds[position].settings.name, effect))
        }
      }
    }
    return (orders, told)
  }

  /// Nothing comes of what was fetched of a feed that is no more.
  func fetched(
    _ order: Order, _ event: FeedEvent, _ mark: FeedMark?, at now: Timestamp
  ) -> [FeedEffect] {
    guard let feed = feeds.firstIndex(where: { $0.number == order.feed }) else { return [] }
    feeds[feed].isBeingFetched = false
    return handle(feed, event, mark, at: now)
  }

  /// All that is held, if that changed since this was last asked.
  func changed() -> [[Indicator]]? {
    guard isChanged else { return nil }
    isChanged = false
    return feeds.compactMap { $0.keeper.held?.indicators }
  }

  func standings() -> [FeedStanding] {
    feeds.map { feed in
      FeedStanding(
        name: feed.settings.name, indicators: feed.keeper.held?.indicators.count ?? 0,
        rejected: feed.keeper.held?.rejections ?? RejectionTally(),
        confirmedAt: feed.confirmedAt, startedAt: feed.startedAt, refusal: feed.keeper.refusal,
        failures: feed.failures, periodSeconds: feed.settings.policy.periodSeconds)
    }
  }

  private func handle(
    _ feed: Int, _ event: FeedEvent, _ mark: FeedMark?, at now: Timestamp
  ) -> [FeedEffect] {
    let effects = feeds[feed].keeper.handle(event, at: now, random: .random(in: .min ... .max))
    for effect in effects {
      switch effect {
      case .fetch: break
      case .kept: feeds[feed].failures += 1
      case .accepted:
        feeds[feed].mark = mark
        feeds[feed].confirmedAt = now
        isChanged = true
      case .ended, .withdrawn:
        // What is gone from here comes back only with the whole, though that did not change.
        feeds[feed].mark = nil
        isChanged = true
      case .confirmed(let renewed):
        feeds[feed].confirmedAt = now
        if renewed > 0 { isChanged = true }
      }
    }
    return effects
  }
}
