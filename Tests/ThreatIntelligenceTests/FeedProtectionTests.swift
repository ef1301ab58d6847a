internal import MeshModel
internal import Testing
internal import ThreatIntelligence

struct FeedProtectionTests {
  @Test("what is protected could be read, so that a feed is not taken for no feed because of it")
  func mostlyProtected() throws {
    var version = FeedVersion(
      terms: FeedTerms(name: "f", confidence: 50, lifetimeSeconds: 60, mostEntries: 10),
      exclusions: IndicatorExclusions(names: [], ranges: []), readAt: readAt)
    for name in ["own.test", "a.own.test", "else.test"] {
      version.add(.domain(try #require(DomainName(name)), subdomains: false), id: name)
    }
    for line in 0..<2 { version.rejectUnreadable(id: String(line), "?") }
    var keeper = FeedKeeper(name: "f", policy: FeedPolicy(periodSeconds: 60), at: readAt)
    let own = try #require(DomainName("own.test"))
    let protecting = IndicatorExclusions(names: [own], ranges: [])
    _ = keeper.handle(.arrived(version.excluding(protecting)), at: readAt, random: 0)
    #expect(keeper.held?.indicators.map(\.provenance.id) == ["else.test"])
    #expect(keeper.held?.rejections.excluded == 2)
  }
}
