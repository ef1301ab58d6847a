internal import MeshModel
internal import Testing
internal import ThreatIntelligence

/// The instant at which the tests read their feeds.
let readAt = Timestamp(seconds: 1_700_000_000)

func aVersion(
  confidence: UInt8 = 50, lifetimeSeconds: Int64 = 3_600, mostEntries: Int = 1_000,
  exclusions: IndicatorExclusions = IndicatorExclusions(names: [], ranges: [])
) -> FeedVersion {
  FeedVersion(
    terms: FeedTerms(
      name: "list", confidence: confidence, lifetimeSeconds: lifetimeSeconds,
      mostEntries: mostEntries, link: "https://feeds.test/"),
    exclusions: exclusions, readAt: readAt)
}

func anIndicator(
  _ value: Indicator.Value, feed: String = "list", id: String = "1", confidence: UInt8 = 50,
  from: Int64 = 0, until: Int64 = 3_600
) -> Indicator {
  Indicator(
    value, provenance: Provenance(feed: feed, id: id), confidence: confidence,
    validFrom: Timestamp(seconds: readAt.second + from),
    validUntil: Timestamp(seconds: readAt.second + until), endIsGiven: true)
}

func aTarget(_ text: String, subdomains: Bool = false) throws -> Indicator.Value {
  try #require(Indicator.Value(target: text, subdomains: subdomains), "\(text)")
}
