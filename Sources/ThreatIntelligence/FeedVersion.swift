package import MeshModel

/// One version of a feed as it was read: what it holds, and what was not taken of it.
package struct FeedVersion: Hashable, Sendable {
  /// At most one more than the feed may have, which tells that it has grown past its limit.
  package private(set) var indicators: [Indicator] = []
  package private(set) var rejections = RejectionTally()
  /// Entries that their feed has withdrawn.
  package private(set) var revoked = 0
  /// Entries whose end had passed when they were read.
  package private(set) var expired = 0
  /// When the feed says it was last changed, if it does.
  package var modified: Timestamp?
  package let terms: FeedTerms
  package let exclusions: IndicatorExclusions
  package let readAt: Timestamp

  package init(terms: FeedTerms, exclusions: IndicatorExclusions, readAt: Timestamp) {
    self.terms = terms
    self.exclusions = exclusions
    self.readAt = readAt
  }

  package var hasOverflowed: Bool { indicators.count > terms.mostEntries }

  package mutating func reject(id: some StringProtocol, _ reason: Rejection.Reason) {
    rejections.add(id: String(cutting: id, toBytes: ThreatLimits.idBytes), reason)
  }

  package mutating func rejectUnreadable(id: some StringProtocol, _ text: some StringProtocol) {
    reject(id: id, .unreadable(Self.excerpt(text)))
  }

  /// Takes one entry, unless it is excluded, withdrawn or past.
  package mutating func add(
    _ value: Indicator.Value, id: some StringProtocol, link: String? = nil,
    confidence: UInt8? = nil, validFrom: Timestamp? = nil, validUntil: Timestamp? = nil,
    isRevoked: Bool = false
  ) {
    guard !hasOverflowed else { return }
    guard id.utf8.count <= ThreatLimits.idBytes else {
      return reject(id: id, .tooLong("an id of \(ThreatLimits.idBytes) bytes"))
    }
    if let exclusion = exclusions.exclusion(of: value) {
      return reject(id: id, .excluded(exclusion))
    }
    guard !isRevoked else {
      revoked += 1
      return
    }
    let latest = readAt.adding(milliseconds: ThreatLimits.lifetimeSeconds * 1000)
    let end = validUntil ?? readAt.adding(milliseconds: terms.lifetimeSeconds * 1000)
    guard readAt < end else {
      expired += 1
      return
    }
    // A link is for reading: one that is too long is left out, and the entry still holds.
    let link = (link ?? terms.link).flatMap { $0.utf8.count <= ThreatLimits.linkBytes ? $0 : nil }
    indicators.append(
      Indicator(
        value, provenance: Provenance(feed: terms.name, id: String(id), link: link),
        confidence: confidence ?? terms.confidence, validFrom: validFrom ?? readAt,
        validUntil: min(end, latest), endIsGiven: validUntil != nil))
  }

  private static func excerpt(_ text: some StringProtocol) -> String {
    let cut = String(cutting: text, toBytes: ThreatLimits.excerptBytes)
    return String(
      String.UnicodeScalarView(
        cut.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }
}
