internal import MeshModel
internal import Testing

@testable internal import ThreatIntelligence

/// The room for texts that each feed has in an index.
struct FeedTextTests {
  @Test("what all feeds may have together fits one index, so that none takes another's room")
  func room() {
    // As many feeds as there may be, with as many entries as all of them may have.
    let entries = ThreatLimits.indicators / ThreatLimits.feeds
    let terms = FeedTerms(name: "f", confidence: 1, lifetimeSeconds: 1, mostEntries: entries)
    #expect(ThreatLimits.feeds * terms.mostTextBytes <= ThreatLimits.textBytes)
  }

  @Test(
    "a version counts the bytes that an index holds of it",
    arguments: ["203.0.113.7", "2001:db8::/48", "a.test", "*.b.test", "https://c.test/x?y"])
  func count(text: String) throws {
    var version = FeedVersion(
      terms: FeedTerms(name: "f", confidence: 1, lifetimeSeconds: 60, mostEntries: 10),
      exclusions: IndicatorExclusions(names: [], ranges: []), readAt: readAt)
    let value = try #require(Indicator.Value(target: text, subdomains: false))
    for id in ["1", "22"] { version.add(value, id: id, link: "https://more.test/") }
    version.add(.userAgent("agent/1"), id: "3", link: "https://else.test/")
    let index = try IndicatorIndex(version.indicators, secret: 1, at: readAt)
    #expect(index.pool.count == version.textBytes)
  }
}
