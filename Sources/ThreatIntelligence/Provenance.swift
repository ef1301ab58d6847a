/// Where an indicator comes from, so that whoever is stopped by it can be told.
package struct Provenance: Hashable, Sendable {
  /// The feed's name in the configuration.
  package var feed: String
  /// The entry's id in that feed; of a list, which has none, the number of its line.
  package var id: String
  /// Where more is written about it.
  package var link: String?

  package init(feed: String, id: String, link: String? = nil) {
    self.feed = feed
    self.id = id
    self.link = link
  }
}
