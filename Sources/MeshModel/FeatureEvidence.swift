/// What one feature tells against an entity's reference.
package struct FeatureEvidence: Hashable, Sendable, Codable {
  package var feature: Feature
  /// How many of the seconds (or minutes) since the onset showed the feature.
  package var shown: Int
  package var total: Int
  /// The share that the reference allows.
  package var allowed: Double
  /// The feature's own evidence: on average once in so many active seconds by chance, or less.
  package var seconds: Double

  package init(feature: Feature, shown: Int, total: Int, allowed: Double, seconds: Double) {
    self.feature = feature
    self.shown = shown
    self.total = total
    self.allowed = allowed
    self.seconds = seconds
  }
}
