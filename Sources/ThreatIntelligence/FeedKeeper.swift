package import MeshModel

/// A feed's life: what is held of it, how it stands, and when it is fetched next.
///
/// ```
///            arrived, good                arrived, strange; failed; no answer
///   empty ────────────────> current ──────────────────────────────> keeping
///     │                        ^                                       │
///     │ arrived, strange;      └──────── arrived, good; unchanged ─────┘
///     └ failed; no answer: stays empty, with the reason
/// ```
/// A version is held whole or not at all, save that of entries which went back what is held stays.
/// One that is strange changes nothing, save that what it withdraws is removed: what stops nobody
/// needs no proof. Entries end in every state.
/// An answer that comes after its fetch was given up is taken like any other, and a failure that
/// comes then is ignored, for it was counted. The rest is the feed's fault, never ours.
package struct FeedKeeper: Hashable, Sendable {
  package let name: String
  package let policy: FeedPolicy
  package private(set) var standing = Standing.empty(nil)
  package private(set) var schedule: Schedule
  /// Fetches in a row that brought nothing to hold.
  package private(set) var failures = 0
  private var withdrawals = Withdrawals()
  /// No entry ends before this, so nothing is looked through.
  private var nextEnd = Timestamp(microseconds: .max)

  package enum Standing: Hashable, Sendable {
    /// No version was ever held; why the last one was not, if there was one.
    case empty(FeedRefusal?)
    case current(FeedVersion)
    case keeping(FeedVersion, FeedRefusal)
  }

  package enum Schedule: Hashable, Sendable {
    case due(Timestamp)
    case underWay(until: Timestamp, isAskedAgain: Bool)
  }

  /// The first fetch is due at once.
  package init(name: String, policy: FeedPolicy, at now: Timestamp) {
    self.name = name
    self.policy = policy
    schedule = .due(now)
  }

  /// Goes on with what `other` holds, as it reads with what is protected now: it was judged before.
  package init(
    continuing other: FeedKeeper, policy: FeedPolicy, excluding exclusions: IndicatorExclusions,
    at now: Timestamp
  ) {
    self.init(name: other.name, policy: policy, at: now)
    withdrawals = other.withdrawals
    if let held = other.held { hold(held.excluding(exclusions)) }
  }

  package mutating func handle(_ event: FeedEvent, at now: Timestamp, random: UInt64)
    -> [FeedEffect]
  {
    var effects = removeEnded(at: now)
    switch event {
    case .tick: effects += tick(at: now, random: random)
    case .passed: effects += giveUp(at: now, random: random)
    case .asked:
      switch schedule {
      case .due: schedule = .due(now)
      // What is under way may bring what was there before.
      case .underWay(let until, _): schedule = .underWay(until: until, isAskedAgain: true)
      }
    case .arrived(let version):
      effects += take(version, at: now, random: random)
    case .unchanged:
      guard held != nil else {
        return effects + keep(.nothingToKeep, at: now, random: random)
      }
      var renewed = 0
      change { renewed = $0.renew(at: now) }
      if let held { hold(held) }
      succeed(at: now, random: random)
      effects.append(.confirmed(renewed: renewed))
    case .failed(let failure):
      guard case .underWay = schedule else { return effects }
      effects += keep(.failed(failure), at: now, random: random)
    }
    return effects
  }

  /// What matches are made of.
  package var held: FeedVersion? {
    switch standing {
    case .empty: nil
    case .current(let version), .keeping(let version, _): version
    }
  }

  /// What is not to come back, by the ids of its entries.
  package var withdrawn: [String: Withdrawal] { withdrawals.all }

  /// Why the newest version is not held.
  package var refusal: FeedRefusal? {
    switch standing {
    case .empty(let refusal): refusal
    case .current: nil
    case .keeping(_, let refusal): refusal
    }
  }

  private mutating func tick(at now: Timestamp, random: UInt64) -> [FeedEffect] {
    guard case .due(let time) = schedule else { return giveUp(at: now, random: random) }
    guard time <= now else { return [] }
    schedule = .underWay(
      until: now.adding(milliseconds: policy.patienceSeconds * 1000), isAskedAgain: false)
    return [.fetch]
  }

  private mutating func giveUp(at now: Timestamp, random: UInt64) -> [FeedEffect] {
    guard case .underWay(let until, _) = schedule, until <= now else { return [] }
    return keep(.noAnswer, at: now, random: random)
  }

  private mutating func take(
    _ arrived: FeedVersion, at now: Timestamp, random: UInt64
  ) -> [FeedEffect] {
    var version = arrived
    let removed = version.removeRevoked()
    let comparison = FeedComparison(
      of: version, with: held, withdrawals.inForce(version.terms, at: now))
    if !comparison.isOlder { version.keep(comparison.earlier, of: held) }
    if let refusal = refusal(of: version, comparison) {
      return withdraw(version) + keep(refusal, at: now, random: random)
    }
    let before = held?.indicators.count ?? 0
    withdrawals.follow(
      version, after: held, removed: removed, earlier: comparison.earlier, at: now)
    version.forgetRevoked()
    hold(version)
    succeed(at: now, random: random)
    return [
      .accepted(
        entries: version.indicators.count, before: before, rejected: version.rejections.total)
    ]
  }

  private func refusal(
    of version: FeedVersion, _ comparison: FeedComparison
  ) -> FeedRefusal? {
    if version.hasOverflowed { return .grown(most: version.terms.mostEntries) }
    if version.rejections.unreadable > version.readable {
      return .mostlyUnreadable(
        unreadable: version.rejections.unreadable, readable: version.readable)
    }
    if version.textBytes > version.terms.mostTextBytes {
      return .tooMuchText(bytes: version.textBytes, most: version.terms.mostTextBytes)
    }
    if let width = version.excessiveWidth { return .tooWide(width) }
    if let held, version.readAt < held.readAt {
      return .older(version.readAt, held: held.readAt)
    }
    if comparison.isOlder, let entry = comparison.example {
      return .olderEntry(id: entry.id, entry.its, held: entry.held)
    }
    let (before, entries) = (held?.indicators.count ?? 0, version.indicators.count)
    if Double(entries) < Double(before) * policy.leastShareKept {
      return .shrunk(from: before, to: entries)
    }
    return nil
  }

  private mutating func keep(_ refusal: FeedRefusal, at now: Timestamp, random: UInt64)
    -> [FeedEffect]
  {
    if let held { standing = .keeping(held, refusal) } else { standing = .empty(refusal) }
    failures = min(failures + 1, 1_000_000)
    plan(after: now, random: random)
    return [.kept(refusal)]
  }

  private mutating func hold(_ version: FeedVersion) {
    standing = .current(version)
    nextEnd = version.nextEnd
  }

  private mutating func succeed(at now: Timestamp, random: UInt64) {
    failures = 0
    plan(after: now, random: random)
  }

  /// The wait, a tenth more or less, so that many do not ask at one moment.
  private mutating func plan(after now: Timestamp, random: UInt64) {
    if case .underWay(_, isAskedAgain: true) = schedule {
      schedule = .due(now)
      return
    }
    let wait = policy.waitMilliseconds(failures: failures)
    let spread = wait / 5
    let chance = Int64(random % UInt64(spread + 1))
    schedule = .due(now.adding(milliseconds: wait - spread / 2 + chance))
  }

  private mutating func removeEnded(at now: Timestamp) -> [FeedEffect] {
    guard nextEnd <= now else { return [] }
    var removed = 0
    change { removed = $0.removeEnded(at: now) }
    // Many entries may end one by one, and an index finds no ended ones anyhow.
    nextEnd = max(held?.nextEnd ?? nextEnd, now.adding(milliseconds: Self.endsMilliseconds))
    return removed > 0 ? [.ended(removed)] : []
  }

  private mutating func withdraw(_ version: FeedVersion) -> [FeedEffect] {
    guard !version.revoked.isEmpty else { return [] }
    var removed: Set<String> = []
    change { removed = $0.remove(Set(version.revoked.keys)) }
    withdrawals.add(version, removed: removed)
    return removed.isEmpty ? [] : [.withdrawn(removed.count)]
  }

  private mutating func change(_ body: (inout FeedVersion) -> Void) {
    switch standing {
    case .empty: break
    case .current(var version):
      standing = .empty(nil)
      body(&version)
      standing = .current(version)
    case .keeping(var version, let refusal):
      standing = .empty(nil)
      body(&version)
      standing = .keeping(version, refusal)
    }
  }

  private static let endsMilliseconds: Int64 = 60_000
}
