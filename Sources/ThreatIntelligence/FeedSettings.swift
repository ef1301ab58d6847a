package import MeshModel

/// A feed as the configuration has it: where it is, how it is written, and what its entries are worth.
package struct FeedSettings: Hashable, Sendable {
  package var place: Place
  package var format: Format
  /// What lets us in; read anew for each fetch.
  package var credentials: Credentials?
  /// The path of a PEM file with the roots of its server's certificate; nil for the system's.
  package var roots: String?
  package var terms: FeedTerms
  package var policy: FeedPolicy

  package enum Place: Hashable, Sendable {
    case file(String)
    case url(String)
  }

  package enum Format: Hashable, Sendable {
    case list(ListFormat)
    /// One bundle.
    case stix
    /// A collection of a TAXII server, by its id, alias or title; the place is the server's
    /// discovery or an API root.
    case taxii(collection: String)
    /// A folder with a manifest and one file an event; or, in a file, one event.
    case misp
  }

  /// Each with the path of the file that holds the secret in its first line.
  package enum Credentials: Hashable, Sendable {
    case bearer(file: String)
    /// `user:password`.
    case basic(file: String)
    case header(name: String, file: String)
  }

  package init(
    place: Place, format: Format, credentials: Credentials? = nil, roots: String? = nil,
    terms: FeedTerms, policy: FeedPolicy
  ) {
    self.place = place
    self.format = format
    self.credentials = credentials
    self.roots = roots
    self.terms = terms
    self.policy = policy
  }

  package var name: String { terms.name }
}

/// All that the configuration says of feeds.
package struct ThreatSettings: Hashable, Sendable {
  package var feeds: [FeedSettings]
  /// What no feed can have cut.
  package var exclusions: IndicatorExclusions
  /// Private blocks that feeds may be fetched from.
  package var allowed: [IPPrefix]
  /// The folder with the last good version of each feed.
  package var folder: String

  package init(
    feeds: [FeedSettings], exclusions: IndicatorExclusions, allowed: [IPPrefix], folder: String
  ) {
    self.feeds = feeds
    self.exclusions = exclusions
    self.allowed = allowed
    self.folder = folder
  }
}
