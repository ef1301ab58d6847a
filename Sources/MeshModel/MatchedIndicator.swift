/// What a feed says of attackers that a request met, and who says so.
package struct MatchedIndicator: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case address
    case domain
    case url
    case agent
    case fingerprint
  }

  /// The feed's name in the configuration.
  package var feed: String
  /// The entry's id in that feed; of a list the number of its line.
  package var id: String
  /// Where more is written about it.
  package var link: String?
  package var kind: Kind
  /// As the feed has it, not as the request did; cut.
  package var value: String
  /// 0 to 100.
  package var confidence: Int
  /// As the feed has it; of one that says nothing, when the version that holds it was read.
  package var validFrom: Timestamp?
  /// As the feed has it, or as long as the configuration lets an entry without an end hold.
  package var validUntil: Timestamp?

  package init(
    feed: String, id: String, link: String?, kind: Kind, value: String, confidence: Int,
    validFrom: Timestamp? = nil, validUntil: Timestamp? = nil
  ) {
    self.feed = feed
    self.id = id
    self.link = link
    self.kind = kind
    self.value = value
    self.confidence = confidence
    self.validFrom = validFrom
    self.validUntil = validUntil
  }

  package var score: Double { Self.score(confidence) }

  /// What a detection by an indicator of this confidence scores: below 1, for nothing is certain.
  package static func score(_ confidence: Int) -> Double {
    Double(min(max(confidence, 0), 100)) / 100 * 0.999
  }
}
