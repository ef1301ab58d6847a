package import MeshModel

/// One thing that a feed says is an attacker's, with who says so, how surely, and until when.
package struct Indicator: Hashable, Sendable {
  package var value: Value
  package var provenance: Provenance
  // In this order it takes 160 bytes, and no more than without it: there are a million of them.
  /// When the feed last changed the entry, if it says so.
  package var modified: Timestamp?
  /// 0...100, as STIX counts it.
  package var confidence: UInt8
  /// Whether the feed gave `validUntil`. An end that was assumed moves on while the feed still lists
  /// the entry.
  package var endIsGiven: Bool
  package var validFrom: Timestamp
  /// The first instant at which it no longer holds.
  package var validUntil: Timestamp

  package init(
    _ value: Value, provenance: Provenance, confidence: UInt8, validFrom: Timestamp,
    validUntil: Timestamp, endIsGiven: Bool, modified: Timestamp? = nil
  ) {
    self.value = value
    self.provenance = provenance
    self.confidence = min(confidence, 100)
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.endIsGiven = endIsGiven
    self.modified = modified
  }

  package func holds(at now: Timestamp) -> Bool {
    validFrom <= now && now < validUntil
  }
}
