package import MeshModel

/// Picks indicators by what is given; all of it has to fit. An agent, which anybody may write, and a
/// fingerprint, which all have whose programs open TLS alike, are answered only where they are named.
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
      && (kind.map { $0 == found.kind } ?? !found.kind.isShared)
  }
}

extension MatchedIndicator.Kind {
  /// Whether the innocent have it too.
  fileprivate var isShared: Bool {
    switch self {
    case .agent, .fingerprint: true
    case .address, .domain, .url: false
    }
  }
}
