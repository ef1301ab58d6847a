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
  /// Until when each fetch that has not ended takes up room, by its feed's number. One that hangs takes
  /// it from others no longer, and begins no second time.
  private var running: [Int: Timestamp] = [:]

  private struct Feed {
    let number: Int
    let settings: FeedSettings
    var keeper: FeedKeeper
    let startedAt: Timestamp
    /// Of the version that is held.
    var mark: FeedMark?
    var confirmedAt: Timestamp?
    var failures: UInt64 = 0
    var changes = Changes()
  }

  /// How often something came, and how often it had come when the disk last said the same.
  struct Changes: Hashable, Sendable {
    fileprivate(set) var taken = 0
    fileprivate(set) var kept = 0
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
    /// Those before it was read.
    let changes: Changes?
  }

  /// What came of a fetch.
  struct Outcome: Sendable {
    var effects: [FeedEffect] = []
    /// What of the feed is not to come back.
    var withdrawn: [String: Withdrawal] = [:]

    var isWhole: Bool {
      effects.contains { if case .accepted = $0 { true } else { false } }
    }
  }

  init(on queue: FeedQueue) {
    self.queue = queue
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

  /// Of a feed that is there.
  func changes(of name: String) -> Changes? {
    feeds.first { $0.settings.name == name }?.changes
  }

  /// Takes the place of all feeds at once; those that are to stay go on as they are. Of the others each
  /// begins with what was held before, as of then, so that it ends and is fetched when it would have
  /// been.
  ///
  /// Files are read at once: who changed one is heard, and no server is asked.
  func take(
    _ next: ThreatSettings?, staying: Set<FeedSettings>, stored: [String: Stored],
    at now: Timestamp
  ) -> [(String, FeedEffect)] {
    let former = Dictionary(uniqueKeysWithValues: feeds.map { ($0.settings.name, $0) })
    var told: [(String, FeedEffect)] = []
    feeds = []
    isChanged = !former.isEmpty
    for settings in next?.feeds ?? [] {
      if staying.contains(settings), let feed = former[settings.name] {
        feeds.append(feed)
      } else {
        let former = former[settings.name]
        lastNumber += 1
        let keeper = FeedKeeper(name: settings.name, policy: settings.policy, at: now)
        feeds.append(Feed(number: lastNumber, settings: settings, keeper: keeper, startedAt: now))
        if let found = stored[settings.name], Self.isNewest(found, former) {
          told += handle(
            feeds.count - 1, .arrived(found.version), found.mark, at: found.version.readAt
          ).map { (settings.name, $0) }
        } else if let former, let next {
          // What is on disk is not used before it is as it is held.
          feeds[feeds.count - 1].changes.taken = 1
          resume(former, under: next.exclusions, at: now)
        }
      }
      if case .file = settings.place { _ = handle(feeds.count - 1, .asked, nil, at: now) }
    }
    return told
  }

  /// The feed that was taken last goes on with what is held, without what is protected now, and all of it
  /// is fetched again.
  private func resume(_ former: Feed, under exclusions: IndicatorExclusions, at now: Timestamp) {
    let position = feeds.count - 1
    let settings = feeds[position].settings
    guard let held = former.keeper.held,
      (former.settings.place, former.settings.format) == (settings.place, settings.format),
      former.settings.terms == settings.terms
    else { return }
    feeds[position].keeper = FeedKeeper(
      continuing: former.keeper, policy: settings.policy, excluding: exclusions, at: now)
    feeds[position].confirmedAt = former.confirmedAt ?? held.readAt
  }

  /// Whether nothing came since it was read, and all that came before was on disk by then.
  private static func isNewest(_ stored: Stored, _ former: Feed?) -> Bool {
    guard let former else { return true }
    return stored.changes == former.changes && former.changes.taken == former.changes.kept
  }

  /// Lets time pass. Past the number of fetches that may run at one time, those due wait.
  func tick(at now: Timestamp) -> (orders: [Order], told: [(String, FeedEffect)]) {
    var orders: [Order] = []
    var told: [(String, FeedEffect)] = []
    var count = running.values.count { now < $0 }
    for position in feeds.indices {
      let number = feeds[position].number
      let isFull = count >= ThreatLimits.fetches || running[number] != nil
      for effect in handle(position, isFull ? .passed : .tick, nil, at: now) {
        if effect == .fetch {
          count += 1
          if case .underWay(let until, _) = feeds[position].keeper.schedule {
            running[number] = until
          }
          orders.append(
            Order(
              feed: number, settings: feeds[position].settings,
              mark: feeds[position].mark))
        } else {
          told.append((feeds[position].settings.name, effect))
        }
      }
    }
    return (orders, told)
  }

  /// Nothing comes of what was fetched of a feed that is no more. What comes of it is to be put on disk,
  /// and `kept` to be called then.
  func fetched(
    _ order: Order, _ event: FeedEvent, _ mark: FeedMark?, at now: Timestamp
  ) -> Outcome {
    guard let feed = feeds.firstIndex(where: { $0.number == order.feed }) else { return Outcome() }
    feeds[feed].changes.taken += 1
    let effects = handle(feed, event, mark, at: now)
    return Outcome(effects: effects, withdrawn: feeds[feed].keeper.withdrawn)
  }

  /// The disk says what `fetched` came to; or it does not, and then all of it is fetched and kept again.
  /// Only then is the feed fetched again, so that what came first is written first.
  func kept(_ order: Order, _ outcome: Outcome, isOnDisk: Bool) {
    running[order.feed] = nil
    guard let feed = feeds.firstIndex(where: { $0.number == order.feed }) else { return }
    if !isOnDisk { feeds[feed].mark = nil }
    let changes = feeds[feed].changes
    // What is written whole makes up for what was not written before it.
    if isOnDisk, outcome.isWhole || changes.kept == changes.taken - 1 {
      feeds[feed].changes.kept = changes.taken
    }
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
