internal import MeshModel
internal import ThreatIntelligence

/// A mailbox around the feeds' lives.
actor FeedBoard {
  private var feeds: [Feed] = []
  private var isChanged = false
  private let startedAt: Timestamp

  private struct Feed {
    let settings: FeedSettings
    var keeper: FeedKeeper
    /// Of the version that is held.
    var mark: FeedMark?
    var confirmedAt: Timestamp?
    var failures: UInt64 = 0
    var isBeingFetched = false
  }

  /// A feed whose fetch is due, by its position.
  struct Order: Sendable {
    let feed: Int
    let settings: FeedSettings
    let mark: FeedMark?
  }

  init(_ settings: [FeedSettings], at now: Timestamp) {
    startedAt = now
    feeds = settings.map {
      Feed(
        settings: $0, keeper: FeedKeeper(name: $0.name, policy: $0.policy, at: now))
    }
  }

  /// Takes what was held before the process began, as of then, so that it ends and is fetched when it
  /// would have been.
  func restore(_ feed: Int, _ version: FeedVersion, _ mark: FeedMark) -> [FeedEffect] {
    let settings = feeds[feed].settings
    feeds[feed].keeper = FeedKeeper(
      name: settings.name, policy: settings.policy, at: version.readAt)
    return handle(feed, .arrived(version), mark, at: version.readAt)
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
              feed: position, settings: feeds[position].settings, mark: feeds[position].mark))
        } else {
          told.append((feeds[position].settings.name, effect))
        }
      }
    }
    return (orders, told)
  }

  func fetched(
    _ feed: Int, _ event: FeedEvent, _ mark: FeedMark?, at now: Timestamp
  ) -> [FeedEffect] {
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
        confirmedAt: feed.confirmedAt ?? startedAt, refusal: feed.keeper.refusal,
        failures: feed.failures, periodSeconds: feed.settings.policy.periodSeconds)
    }
  }

  private func handle(
    _ feed: Int, _ event: FeedEvent, _ mark: FeedMark?, at now: Timestamp
  ) -> [FeedEffect] {
    let effects = feeds[feed].keeper.handle(event, at: now, random: .random(in: .min ... .max))
    if event == .unchanged, feeds[feed].keeper.refusal == nil { feeds[feed].confirmedAt = now }
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
      case .renewed: isChanged = true
      }
    }
    return effects
  }
}
