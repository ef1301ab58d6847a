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

  package init(
    feed: String, id: String, link: String?, kind: Kind, value: String, confidence: Int
  ) {
    self.feed = feed
    self.id = id
    self.link = link
    self.kind = kind
    self.value = value
    self.confidence = confidence
  }

  package var score: Double { Self.score(confidence) }

  /// What a detection by an indicator of this confidence scores: below 1, for nothing is certain.
  package static func score(_ confidence: Int) -> Double {
    Double(min(max(confidence, 0), 100)) / 100 * 0.999
  }
}
