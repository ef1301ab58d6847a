package import MeshModel

/// Token buckets, one a caller: so many at once, and so many a second over time.
///
/// The table is bounded. When it is full of callers that used something, all others share one
/// bucket: who floods with new addresses spends that, and those who are known keep theirs.
package struct RequestBudget<Caller: Hashable & Sendable>: Sendable {
  private struct Bucket: Sendable {
    var level: Double
    var at: Timestamp
  }

  private let perSecond: Double
  private let burst: Double
  private let maximumCallers: Int
  private var buckets: [Caller: Bucket] = [:]
  private var others: Bucket?
  private var lastSweep = Timestamp(microseconds: 0)

  package init(
    perSecond: Double, burst: Double, maximumCallers: Int = AccessBounds.callers
  ) {
    self.perSecond = perSecond
    self.burst = burst
    self.maximumCallers = maximumCallers
  }

  package var callerCount: Int { buckets.count }

  /// Whether one more is within the budget, which then has one less.
  package mutating func take(_ caller: Caller, at now: Timestamp) -> Bool {
    guard isKnown(caller, at: now) else {
      var bucket = level(of: others, at: now)
      defer { others = bucket }
      return spend(&bucket)
    }
    var bucket = level(of: buckets[caller], at: now)
    defer { buckets[caller] = bucket }
    return spend(&bucket)
  }

  /// Takes what was used beyond what was asked for; the next ones wait until that is made up for.
  package mutating func charge(_ caller: Caller, _ amount: Int, at now: Timestamp) {
    guard isKnown(caller, at: now) else {
      others = level(of: others, at: now)
      others?.level -= Double(amount)
      return
    }
    var bucket = level(of: buckets[caller], at: now)
    bucket.level -= Double(amount)
    buckets[caller] = bucket
  }

  /// Whether one more would be within the budget.
  package func hasRoom(for caller: Caller, at now: Timestamp) -> Bool {
    let isOwn = buckets[caller] != nil || buckets.count < maximumCallers
    return level(of: isOwn ? buckets[caller] : others, at: now).level >= 1
  }

  /// Whole seconds until one more will be within the budget, 0 when it is.
  package func waitSeconds(for caller: Caller, at now: Timestamp) -> Int {
    let isOwn = buckets[caller] != nil || buckets.count < maximumCallers
    let missing = 1 - level(of: isOwn ? buckets[caller] : others, at: now).level
    return missing <= 0 ? 0 : Int(min(3_600, (missing / perSecond).rounded(.up)))
  }

  /// Whether the caller has a bucket, or there is room for one.
  private mutating func isKnown(_ caller: Caller, at now: Timestamp) -> Bool {
    if buckets[caller] != nil || buckets.count < maximumCallers { return true }
    // A full bucket is as good as none. Looked for once a second at most, as it costs the table.
    guard now >= lastSweep.adding(milliseconds: 1_000) || now < lastSweep else { return false }
    lastSweep = now
    buckets = buckets.filter { level(of: $0.value, at: now).level < burst }
    return buckets.count < maximumCallers
  }

  private func level(of bucket: Bucket?, at now: Timestamp) -> Bucket {
    guard let bucket else { return Bucket(level: burst, at: now) }
    // A clock that goes backwards fills nothing.
    let seconds = now > bucket.at ? max(0, now.milliseconds(since: bucket.at) / 1_000) : 0
    return Bucket(level: min(burst, bucket.level + seconds * perSecond), at: max(bucket.at, now))
  }

  private func spend(_ bucket: inout Bucket) -> Bool {
    guard bucket.level >= 1 else { return false }
    bucket.level -= 1
    return true
  }
}
