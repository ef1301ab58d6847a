internal import Access
package import MeshModel

/// Takes in the signals of all senders: records first, collapses floods, raises evidence and ends it.
///
/// Of each signal:
/// ```
///            began, recorded                resolved              recorded
///  unknown ───────────────────> firing ───────────────> resolving ────────> resolved
///   ^  │                       ^ ^   │  (release at once)   ^ │                 │
///   │  │ resolved, recorded    │ │   │ not repeated         └─┘ record failed,  │
///   │  └──────────> resolved   │ │   v in time                  sent again      │
///   │                          │ └─ expired                                     │
///   │                          └────│─────── began later than what is over ─────┤
///   └───────────────────────────────┴───────────────── a day later ─────────────┘
/// ```
/// Firing signals of one sender about one subject under one name are one incident. It raises evidence
/// when it opens and when it becomes graver, and starts a release when its last signal ends.
/// Incidents beyond the bound are one, about nobody: a flood makes the desk timid. A signal about nobody
/// known begins once more when the workload it names appears.
///
/// A beginning counts only once it is recorded, an end at once: no disk and no bound holds up a
/// release. A sender that hears 503 sends again, and finds the signal as it was, or released.
///
/// A beginning that its sender dates no later than the end came late and is ignored; so is the end of what
/// nobody knows, beyond being recorded. A `recorded` of a delivery that waited too long is ignored: its sender was
/// told to send again. An id given to two deliveries at once is our bug; the second is refused.
package struct SignalDesk: Sendable {
  private let limits: DeskLimits
  private(set) var books: [String: SenderBook] = [:]
  private var pending: [DeliveryID: PendingDelivery] = [:]
  private var budget: RequestBudget<String>
  private var news: RequestBudget<String>
  private var replays: ReplayWindow
  /// What the history tells of the alerts that led to actions, by workload.
  var followed: [SPIFFEID: FollowedEnds] = [:]

  package init(limits: DeskLimits = DeskLimits()) {
    self.limits = limits
    budget = RequestBudget(perSecond: limits.deliveriesPerSecond, burst: limits.deliveriesAtOnce)
    news = RequestBudget(perSecond: limits.newsPerSecond, burst: limits.newsAtOnce)
    replays = ReplayWindow(capacity: limits.replays)
  }

  /// Whether a sender may deliver once more, asked before a delivery is parsed; else the answer.
  package mutating func admit(_ sender: String, at now: Timestamp) -> DeliveryAnswer? {
    guard !budget.take(sender, at: now) else { return nil }
    return .limited(retryAfterSeconds: max(1, budget.waitSeconds(for: sender, at: now)))
  }

  package mutating func handle(_ event: DeskEvent, at now: Timestamp) -> [DeskEffect] {
    switch event {
    case .received(let delivery, let sender, let replayKey, let signals):
      receive(delivery, of: sender, replayKey, signals, at: now)
    case .recorded(let delivery): recorded(delivery, at: now)
    case .recordFailed(let delivery): recordFailed(delivery)
    case .tick: tick(at: now)
    }
  }

  /// What is open, of all senders, oldest first.
  package var incidents: [Incident] {
    books.values.flatMap(\.incidents.values).sorted { $0.id < $1.id }
  }

  /// In no order.
  func forEachIncident(_ body: (Incident) -> Void) {
    for book in books.values { book.incidents.values.forEach(body) }
  }

  /// Firing signals that led to no workload so far, by sender.
  package var unattributed: [String: [Signal]] {
    books.filter { !$0.value.unattributed.isEmpty }
      .mapValues { $0.unattributed.values.sorted { $0.id < $1.id } }
  }

  package func state(of key: SignalKey) -> SignalState? {
    books[key.sender]?.states[key.id]
  }

  private mutating func receive(
    _ delivery: DeliveryID, of sender: String, _ replayKey: String?,
    _ received: [AttributedSignal], at now: Timestamp
  ) -> [DeskEffect] {
    if let replayKey, replays.contains(replayKey, of: sender, at: now) {
      return [.answer(delivery, .accepted(new: 0, known: received.count))]
    }
    let items = Self.lastWord(received)
    var effects: [DeskEffect] = []
    var ended: Set<SignalID> = []
    for item in items where item.isResolved {
      let id = item.signal.id
      guard case .firing = books[sender]?.states[id] else { continue }
      if let effect = books[sender]?.release(id, of: item.signal.started, at: now) {
        effects.append(effect)
      }
      if case .resolving = books[sender]?.states[id] { ended.insert(id) }
    }
    let ids = Set(items.map(\.signal.id))
    let isBusy =
      pending.count >= limits.pendingDeliveries || pending[delivery] != nil
      || pending.values.count { $0.sender == sender } >= limits.pendingOfSender
      || replayKey.map { !canRemember($0, of: sender) } ?? false
      || pending.values.contains { $0.concerns(ids, of: sender) }
    guard !isBusy else {
      let wait = DeliveryAnswer.unavailable(retryAfterSeconds: limits.busySeconds)
      return effects + [.answer(delivery, wait)]
    }
    let entries = items.compactMap { entry(for: $0, of: sender, at: now) }
    guard news.hasRoom(for: sender, at: now) || entries.allSatisfy(isAwaitedEnd) else {
      let wait = max(1, news.waitSeconds(for: sender, at: now))
      let ends = entries.filter { ended.contains($0.key.id) }
      if !ends.isEmpty { effects.append(.record(ends, for: nil)) }
      return effects + [.answer(delivery, .limited(retryAfterSeconds: wait))]
    }
    let known = received.count - entries.count
    guard !entries.isEmpty else {
      if let replayKey { replays.remember(replayKey, of: sender, at: now) }
      return effects + [.answer(delivery, .accepted(new: 0, known: known))]
    }
    news.charge(sender, entries.reduce(0) { $0 + $1.weight }, at: now)
    pending[delivery] = PendingDelivery(
      sender: sender, replayKey: replayKey, entries: entries, known: known,
      deadline: now.adding(milliseconds: limits.recordSeconds * 1_000))
    effects.append(.record(entries, for: delivery))
    return effects
  }

  /// What is new about a signal; nil where nothing is.
  private func entry(
    for item: AttributedSignal, of sender: String, at now: Timestamp
  ) -> SignalEntry? {
    let id = item.signal.id
    let change: SignalEntry.Change
    switch (books[sender]?.states[id], item.signal.status) {
    case (.resolved(_, let before), .resolved):
      guard item.signal.started > before else { return nil }
      change = .resolved(of: item.signal.started)
    case (.firing(_, _, let begun), .resolved):
      guard item.signal.started >= begun else { return nil }
      change = .resolved(of: item.signal.started)
    case (nil, .resolved), (.expired, .resolved), (.resolving, .resolved):
      change = .resolved(of: item.signal.started)
    case (nil, .firing), (nil, .occurred), (.expired, .firing): change = .began(item)
    case (.resolved(_, let before), .firing), (.resolved(_, let before), .occurred),
      (.resolving(_, let before), .firing), (.resolving(_, let before), .occurred),
      (.expired(_, let before), .occurred):
      guard item.signal.started > before else { return nil }
      change = .began(item)
    case (.firing(_, _, let begun), .occurred):
      guard item.signal.started > begun || books[sender]?.isFound(item) == true else { return nil }
      change = .began(item)
    case (.firing(_, _, let begun), .firing):
      if item.signal.started > begun || books[sender]?.isFound(item) == true {
        change = .began(item)
      } else {
        guard books[sender]?.isWorthRepeating(id, at: now) == true else { return nil }
        change = .repeated
      }
    }
    return SignalEntry(key: SignalKey(sender: sender, id: id), change: change, at: now)
  }

  /// The end of what fires needs no room: no bound holds up a release.
  private func isAwaitedEnd(_ entry: SignalEntry) -> Bool {
    guard case .resolving = state(of: entry.key), case .resolved = entry.change else {
      return false
    }
    return true
  }

  private mutating func recorded(_ delivery: DeliveryID, at now: Timestamp) -> [DeskEffect] {
    guard let waiting = pending.removeValue(forKey: delivery) else { return [] }
    var effects = waiting.entries.flatMap { apply($0) }
    if let replayKey = waiting.replayKey {
      replays.remember(replayKey, of: waiting.sender, at: now)
    }
    let answer = DeliveryAnswer.accepted(new: waiting.entries.count, known: waiting.known)
    effects.append(.answer(delivery, answer))
    return effects
  }

  private mutating func recordFailed(_ delivery: DeliveryID) -> [DeskEffect] {
    guard pending.removeValue(forKey: delivery) != nil else { return [] }
    return [.answer(delivery, .unavailable(retryAfterSeconds: limits.failedSeconds))]
  }

  private mutating func tick(at now: Timestamp) -> [DeskEffect] {
    replays.forget(at: now)
    var effects: [DeskEffect] = []
    for (delivery, waiting) in pending.sorted(by: { $0.key < $1.key })
    where waiting.deadline <= now {
      effects += recordFailed(delivery)
    }
    var entries: [SignalEntry] = []
    for sender in books.keys.sorted() {
      for id in books[sender]?.due(at: now) ?? [] {
        let key = SignalKey(sender: sender, id: id)
        entries.append(SignalEntry(key: key, change: .expired, at: now))
        if let effect = books[sender]?.expire(id, at: now) { effects.append(effect) }
      }
      effects += books[sender]?.tidy(at: now) ?? []
    }
    return entries.isEmpty ? effects : effects + [.record(entries, for: nil)]
  }

  /// As of when it was received, so that the history gives the same again.
  mutating func apply(_ entry: SignalEntry) -> [DeskEffect] {
    let (sender, id, at) = (entry.key.sender, entry.key.id, entry.at)
    if books[sender] == nil { books[sender] = SenderBook(sender: sender, limits: limits) }
    // In place: a copy of all signals for each would make a start take minutes.
    switch entry.change {
    case .began(let item): return books[sender]?.begin(item, at: at) ?? []
    case .repeated:
      books[sender]?.repeated(id, at: at)
      return []
    case .resolved(let over):
      let effect = books[sender]?.release(id, of: over ?? at, at: at)
      books[sender]?.resolved(id, of: over ?? at, at: at)
      return [effect].compactMap(\.self)
    case .expired: return [books[sender]?.expire(id, at: at)].compactMap(\.self)
    }
  }

  private func canRemember(_ replayKey: String, of sender: String) -> Bool {
    !replays.isFull
      && !pending.values.contains { $0.sender == sender && $0.replayKey == replayKey }
  }

  /// One word on each signal, in the order they came: the one that is dated last, and of those the end.
  private static func lastWord(_ items: [AttributedSignal]) -> [AttributedSignal] {
    var order: [SignalID] = []
    var words: [SignalID: AttributedSignal] = [:]
    for item in items {
      let id = item.signal.id
      guard let word = words[id] else {
        order.append(id)
        words[id] = item
        continue
      }
      let (start, former) = (item.signal.started, word.signal.started)
      if start > former || start == former && !word.isResolved { words[id] = item }
    }
    return order.compactMap { words[$0] }
  }
}
