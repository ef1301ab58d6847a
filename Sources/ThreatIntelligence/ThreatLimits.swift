/// The bounds of what feeds may bring; each is far above what public feeds hold.
package enum ThreatLimits {
  /// Indicators in an index, from all feeds together: about 100 MB.
  package static let indicators = 1_000_000
  /// Bytes of names, URLs, ids and links in an index.
  package static let textBytes = 256 << 20
  /// Bytes of them that each feed may have, and beside these so many for each entry of its
  /// `maxEntries`: as many feeds and entries as there may be have what an index holds.
  package static let feedTextBytes = 64 << 10
  package static let entryTextBytes = 240
  /// The shortest blocks that are taken. Of IPv6 it is what a new provider gets without giving reasons
  /// (RIPE NCC, ripe-738, 5.1.2): the networks of whole providers are listed so, and no shorter.
  package static let shortestIPv4Length = 9
  package static let shortestIPv6Length = 29
  /// What all blocks of one feed may take in together: a 64th of the addresses of IPv4, and of IPv6 as
  /// many blocks of /32 as there are in a /19, the largest that providers have.
  package static let ipv4Addresses = 1 << 26
  package static let ipv6Blocks = 1 << 13
  /// Bytes of one version of a feed, before it is read.
  package static let feedBytes = 128 << 20
  /// Bytes of one JSON document; as nodes it takes some ten times as much for a while.
  package static let documentBytes = 32 << 20
  /// Values and names in one JSON document.
  package static let documentNodes = 2_000_000
  /// Arrays and objects within one another in one JSON document.
  package static let documentDepth = 32
  /// Bytes of one line of a list.
  package static let lineBytes = 8_192
  /// Columns of one line of a list.
  package static let columns = 64
  /// Bytes of a URL without its scheme; what proxies take is rarely longer.
  package static let urlBytes = 2_048
  /// Bytes of a user agent.
  package static let agentBytes = 1_024
  /// Bytes of an entry's id in its feed.
  package static let idBytes = 128
  /// Bytes of the link that tells of an entry.
  package static let linkBytes = 512
  /// Bytes of a feed's name.
  package static let feedNameBytes = 64
  /// Bytes of one STIX pattern.
  package static let patternBytes = 16_384
  /// Values in one STIX pattern.
  package static let patternValues = 256
  /// Parentheses within one another in one STIX pattern.
  package static let patternDepth = 16
  /// Entries that are named among what was refused; the rest is counted by its reason.
  package static let rejectionsNamed = 100
  /// Bytes of a refused entry that are shown.
  package static let excerptBytes = 120
  /// Seconds from its reading to the latest end of an entry, whatever its feed says: a feed that
  /// nobody writes any more must not hold for ever.
  package static let lifetimeSeconds: Int64 = 366 * 86_400
  /// Pages of one collection, and events of one MISP feed: each is a request.
  package static let pages = 10_000
  /// API roots of one TAXII server, and collections of one root.
  package static let roots = 16
  package static let collections = 1_000
  /// Objects that are asked for in one page of a collection.
  package static let pageObjects = 5_000
  /// Seconds after which a whole collection is read again though nothing was added: what its server
  /// took away is seen by nothing else.
  package static let wholeReadSeconds: Int64 = 86_400
  /// Feeds that are fetched at one time.
  package static let fetches = 4
  /// Files whose reading hangs, each with its threads; past them none is read.
  package static let hangingFiles = 16
  /// Redirects of a feed without credentials.
  package static let redirects = 3
  /// Feeds in an index.
  package static let feeds = 256
}
