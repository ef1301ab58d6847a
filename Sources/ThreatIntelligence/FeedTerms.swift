internal import MeshModel

/// What the configuration says of a feed's entries, where the feed itself is silent.
package struct FeedTerms: Hashable, Sendable {
  /// Cut to `ThreatLimits.feedNameBytes`.
  package let name: String
  package let confidence: UInt8
  /// How long an entry holds that brings no end of its own.
  package let lifetimeSeconds: Int64
  /// More entries than this make a version one that has grown past its limit.
  package let mostEntries: Int
  /// Where more is written about the feed.
  package let link: String?

  /// Bytes of its values, ids and links. What all feeds may have together fits an index, so that none
  /// can take another's room.
  package var mostTextBytes: Int {
    ThreatLimits.feedTextBytes + mostEntries * ThreatLimits.entryTextBytes
  }

  package init(
    name: String, confidence: UInt8, lifetimeSeconds: Int64, mostEntries: Int, link: String? = nil
  ) {
    self.name = String(cutting: name, toBytes: ThreatLimits.feedNameBytes)
    self.confidence = min(confidence, 100)
    self.lifetimeSeconds = min(max(lifetimeSeconds, 1), ThreatLimits.lifetimeSeconds)
    self.mostEntries = min(max(mostEntries, 0), ThreatLimits.indicators)
    self.link = link
  }
}
