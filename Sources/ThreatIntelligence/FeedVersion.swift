package import MeshModel

/// One version of a feed as it was read: what it holds, and what was not taken of it.
package struct FeedVersion: Hashable, Sendable {
  package private(set) var indicators: [Indicator] = []
  package private(set) var rejections = RejectionTally()
  /// The ids of entries that their feed has withdrawn. They take nothing of the room for entries: what
  /// withdraws much must not lose some of it for that.
  package private(set) var revoked: [String: Withdrawal] = [:]
  /// Entries whose end had passed when they were read.
  package private(set) var expired = 0
  /// Entries that were read and are withdrawn.
  private var withdrawn = 0
  /// Of values, ids and links; a link like that of the entry before is counted once.
  package private(set) var textBytes = 0
  /// There was more than the feed may have, and it was not taken.
  package private(set) var hasOverflowed = false
  /// Objects that their feed gives for context, not to be looked for.
  package private(set) var context = 0
  package let terms: FeedTerms
  package private(set) var exclusions: IndicatorExclusions
  package let readAt: Timestamp

  package init(terms: FeedTerms, exclusions: IndicatorExclusions, readAt: Timestamp) {
    self.terms = terms
    self.exclusions = exclusions
    self.readAt = readAt
  }

  package mutating func reject(id: some StringProtocol, _ reason: Rejection.Reason) {
    rejections.add(id: String(cutting: id, toBytes: ThreatLimits.idBytes), reason)
  }

  package mutating func rejectUnreadable(id: some StringProtocol, _ text: some StringProtocol) {
    reject(id: id, .unreadable(String(excerpt: text)))
  }

  /// Takes one entry, unless it is excluded or past.
  package mutating func add(
    _ value: Indicator.Value, id: some StringProtocol, link: String? = nil,
    confidence: UInt8? = nil, validFrom: Timestamp? = nil, validUntil: Timestamp? = nil,
    modified: Timestamp? = nil
  ) {
    guard id.utf8.count <= ThreatLimits.idBytes else {
      return reject(id: id, .tooLong("an id of \(ThreatLimits.idBytes) bytes"))
    }
    if let exclusion = exclusions.exclusion(of: value) {
      return reject(id: id, .excluded(exclusion))
    }
    let latest = readAt.adding(milliseconds: ThreatLimits.lifetimeSeconds * 1000)
    let end = validUntil ?? readAt.adding(milliseconds: terms.lifetimeSeconds * 1000)
    guard readAt < end else {
      expired += 1
      return
    }
    // A link is for reading: one that is too long is left out, and the entry still holds.
    let link = (link ?? terms.link).flatMap { $0.utf8.count <= ThreatLimits.linkBytes ? $0 : nil }
    append(
      Indicator(
        value, provenance: Provenance(feed: terms.name, id: String(id), link: link),
        confidence: confidence ?? terms.confidence, validFrom: validFrom ?? readAt,
        validUntil: min(end, latest), endIsGiven: validUntil != nil, modified: past(modified)))
  }

  private mutating func append(_ indicator: Indicator) {
    guard indicators.count < terms.mostEntries else { return overflow() }
    let (id, link) = (indicator.provenance.id, indicator.provenance.link)
    textBytes += indicator.value.textBytes + id.utf8.count
    if let link, link != indicators.last?.provenance.link { textBytes += link.utf8.count }
    indicators.append(indicator)
  }

  mutating func overflow() {
    hasOverflowed = true
  }

  package mutating func revoke(id: some StringProtocol, modified: Timestamp? = nil) {
    guard id.utf8.count <= ThreatLimits.idBytes else {
      return reject(id: id, .tooLong("an id of \(ThreatLimits.idBytes) bytes"))
    }
    let id = String(id)
    if revoked.count < ThreatLimits.indicators || revoked[id] != nil {
      revoked[id] = Withdrawal(modified: past(modified), readAt: readAt)
    }
  }

  /// The same of what was withdrawn since it was read.
  mutating func revoke(_ withdrawals: [String: Withdrawal]) {
    revoked.merge(withdrawals) { max($0, $1) }
  }

  /// What it withdraws is known elsewhere.
  mutating func forgetRevoked() {
    revoked = [:]
  }

  /// What it withdraws it does not hold, whatever else it says of that. Says which of it stood there.
  mutating func removeRevoked() -> Set<String> {
    guard indicators.contains(where: { revoked[$0.provenance.id] != nil }) else { return [] }
    let before = indicators.count
    let removed = remove(Set(revoked.keys))
    withdrawn += before - indicators.count
    return removed
  }

  /// Entries that could be read, whatever became of them.
  var readable: Int {
    indicators.count + rejections.excluded + expired + withdrawn + revoked.count
  }

  package mutating func passOver() {
    context += 1
  }

  /// Says how many entries it removed.
  mutating func removeEnded(at now: Timestamp) -> Int {
    let before = indicators.count
    indicators.removeAll { $0.validUntil <= now }
    return before - indicators.count
  }

  /// A time to come is a mistake, and says nothing: all that comes later would seem old beside it.
  private func past(_ time: Timestamp?) -> Timestamp? {
    time.flatMap { $0 <= readAt ? $0 : nil }
  }

  /// Says which of them there were.
  mutating func remove(_ ids: Set<String>) -> Set<String> {
    var removed: Set<String> = []
    indicators.removeAll {
      guard ids.contains($0.provenance.id) else { return false }
      removed.insert($0.provenance.id)
      return true
    }
    return removed
  }

  /// Takes of these entries what is held in place of what is here.
  mutating func keep(_ ids: [String: Withdrawal], of held: FeedVersion?) {
    guard !ids.isEmpty else { return }
    let rest = indicators.filter { ids[$0.provenance.id] == nil }
    indicators = []
    textBytes = 0
    for indicator in rest { append(indicator) }
    for indicator in held?.indicators ?? [] where ids[indicator.provenance.id] != nil {
      append(indicator)
    }
  }

  /// The same with what is protected now; what was protected before does not come back.
  package func excluding(_ exclusions: IndicatorExclusions) -> FeedVersion {
    var version = self
    version.exclusions = exclusions
    version.indicators = []
    for indicator in indicators {
      if let exclusion = exclusions.exclusion(of: indicator.value) {
        version.reject(id: indicator.provenance.id, .excluded(exclusion))
      } else {
        version.indicators.append(indicator)
      }
    }
    return version
  }

  /// Moves the ends that were assumed; says how many.
  mutating func renew(at now: Timestamp) -> Int {
    let end = now.adding(milliseconds: terms.lifetimeSeconds * 1000)
    var renewed = 0
    for position in indicators.indices where !indicators[position].endIsGiven {
      indicators[position].validUntil = end
      renewed += 1
    }
    return renewed
  }
}
