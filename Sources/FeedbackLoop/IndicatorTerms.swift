package import MeshModel

/// Picks indicators by what is given; all of it has to fit. An agent, which anybody may write and many
/// share, is answered only where it is named.
package struct IndicatorTerms: Hashable, Sendable {
  /// The feed's name.
  package var feed: String?
  package var kind: MatchedIndicator.Kind?

  package init(feed: String? = nil, kind: MatchedIndicator.Kind? = nil) {
    self.feed = feed
    self.kind = kind
  }

  func fit(_ found: MatchedIndicator) -> Bool {
    (feed.map { $0 == found.feed } ?? true)
      && (kind.map { $0 == found.kind } ?? (found.kind != .agent))
  }
}
