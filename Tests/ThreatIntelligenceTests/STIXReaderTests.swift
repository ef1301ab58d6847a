internal import MeshModel
internal import Testing
internal import ThreatIntelligence

struct STIXReaderTests {
  private func indicator(
    _ id: String, _ address: String, modified: String = "2023-11-14T00:00:00.000Z",
    more: String = ""
  ) -> String {
    """
    {"type": "indicator", "spec_version": "2.1", "id": "\(id)", "created": "2023-11-01T00:00:00Z",
    "modified": "\(modified)", "pattern": "[ipv4-addr:value = '\(address)']", "pattern_type": "stix",
    "valid_from": "2023-11-14T00:00:00Z"\(more)}
    """
  }

  private func read(_ pages: [String], into version: FeedVersion = aVersion()) throws -> FeedVersion
  {
    var reader = STIXReader(into: version)
    for page in pages { try reader.read(Array(page.utf8)) }
    return reader.finished()
  }

  private func bundle(_ objects: String...) -> String {
    "{\"type\": \"bundle\", \"id\": \"bundle--1\", \"objects\": [\(objects.joined(separator: ","))]}"
  }

  private func addresses(_ version: FeedVersion) -> [String] {
    version.indicators.map(\.value.description)
  }

  @Test("an indicator brings its id, link, confidence and validity")
  func fields() throws {
    let more = """
      , "confidence": 85, "valid_until": "2023-11-14T23:13:20.1234567Z", "external_references": [
      {"source_name": "x"}, {"source_name": "y", "url": "https://y.test/1"}]
      """
    let version = try read([bundle(indicator("indicator--1", "203.0.113.1", more: more))])
    let expected = Indicator(
      try aTarget("203.0.113.1"),
      provenance: Provenance(feed: "list", id: "indicator--1", link: "https://y.test/1"),
      confidence: 85,
      validFrom: try #require(Timestamp(rfc3339: "2023-11-14T00:00:00Z")),
      validUntil: try #require(Timestamp(rfc3339: "2023-11-14T23:13:20.123456Z")), endIsGiven: true,
      modified: Timestamp(rfc3339: "2023-11-14T00:00:00Z"))
    #expect(version.indicators == [expected])
  }

  @Test("where it is silent, the feed's terms hold; and no end lies past the longest lifetime")
  func terms() throws {
    let version = try read([
      bundle(
        indicator("a", "203.0.113.1"),
        indicator("b", "203.0.113.2", more: ", \"valid_until\": \"9999-12-31T23:59:59Z\""))
    ])
    #expect(version.indicators.map(\.confidence) == [50, 50])
    #expect(version.indicators.map(\.endIsGiven) == [false, true])
    #expect(
      version.indicators.map { $0.validUntil.second - readAt.second } == [3_600, 366 * 86_400])
    #expect(version.indicators[0].provenance.link == "https://feeds.test/")
  }

  @Test("of several versions the newest counts, on whatever page, and a withdrawn one is none")
  func versions() throws {
    let revoked = ", \"revoked\": true"
    let version = try read([
      bundle(
        indicator("a", "203.0.113.1"),
        indicator("b", "203.0.113.2", modified: "2023-11-14T02:00:00Z"),
        indicator("c", "203.0.113.3"), indicator("d", "203.0.113.4", more: revoked)),
      bundle(
        indicator("a", "203.0.113.11", modified: "2023-11-14T01:00:00Z"),
        indicator("b", "203.0.113.12", modified: "2023-11-14T01:00:00Z"),
        indicator("c", "203.0.113.3", modified: "2023-11-14T01:00:00Z", more: revoked),
        indicator("d", "203.0.113.4", modified: "2023-11-13T00:00:00Z")),
    ])
    #expect(addresses(version) == ["203.0.113.11", "203.0.113.2"])
    #expect(
      version.revoked.mapValues(\.modified?.rfc3339) == [
        "c": "2023-11-14T01:00:00.000000Z", "d": "2023-11-14T00:00:00.000000Z",
      ])
    #expect(
      version.indicators.map(\.modified?.second) == [1_699_923_600, 1_699_927_200])
  }

  @Test("an envelope tells whether there is more, and what to ask for")
  func envelope() throws {
    let objects = indicator("a", "203.0.113.1")
    let pages = ["{\"more\": true, \"next\": \"n1\", \"objects\": [\(objects)]}", "{}"].map {
      Array($0.utf8)
    }
    let first = try TAXIIDocument.page(pages[0])
    #expect(first.hasMore && first.next == "n1" && !first.isEmpty)
    let last = try TAXIIDocument.page(pages[1])
    #expect(!last.hasMore && last.next == nil && last.isEmpty)
    var reader = STIXReader(into: aVersion())
    for page in pages { try reader.read(page) }
    #expect(reader.finished().indicators.count == 1)
  }

  @Test("every object that is not taken is counted, and every indicator named with the reason")
  func refused() throws {
    let version = try read([
      bundle(
        "{\"type\": \"malware\", \"id\": \"m\"}", "{\"type\": \"relationship\"}", "7", "{}",
        "{\"type\": \"indicator\"}",
        indicator("a", "203.0.113.1", modified: "yesterday"),
        indicator("b", "203.0.113.1").replacing(
          "\"pattern_type\": \"stix\"", with: "\"pattern_type\": \"snort\""),
        indicator("c", "203.0.113.1", more: ", \"indicator_types\": [\"benign\"]"),
        indicator("d", "203.0.113.1", more: ", \"confidence\": 101"),
        indicator("e", "203.0.113.1", more: ", \"confidence\": \"high\""),
        indicator("f", "203.0.113.1", more: ", \"valid_until\": \"2023-11-14T00:00:00Z\""),
        indicator("g", "203.0.113.1", more: ", \"valid_until\": null"),
        indicator("h", "203.0.113.1").replacing("\"valid_from\"", with: "\"valid_form\""),
        indicator("i", "203.0.113.1").replacing("\"pattern\"", with: "\"patern\""),
        indicator("j", "10.0.0.1"),
        indicator("k", "203.0.113.1", more: ", \"valid_until\": \"2023-11-14T10:00:00Z\""))
    ])
    #expect(version.indicators.isEmpty)
    #expect(version.context == 2)
    #expect(version.expired == 1)
    #expect(
      version.rejections.named.map(\.description) == [
        "-: cannot be read: an object without a type",
        "-: cannot be read: an object without a type",
        "-: cannot be read: an indicator without an id",
        "a: cannot be read: no time of modification",
        "b: not supported: a pattern of type snort", "c: not supported: an indicator of good",
        "d: cannot be read: the confidence", "e: cannot be read: the confidence",
        "f: cannot be read: the time until which it is valid",
        "g: cannot be read: the time until which it is valid",
        "h: cannot be read: no time from which it is valid", "i: cannot be read: no pattern",
        "j: meets the reserved range 10.0.0.0/8",
      ])
  }

  @Test("more indicators than a feed may have are told, however many pages bring them")
  func overflow() throws {
    let pages = (0..<5).map { page in
      bundle(
        indicator("a\(page)", "203.0.113.\(page)"), indicator("b\(page)", "203.0.113.1\(page)"))
    }
    #expect(try !read(pages, into: aVersion(mostEntries: 10)).hasOverflowed)
    #expect(try read(pages, into: aVersion(mostEntries: 9)).hasOverflowed)
  }

  @Test("what is withdrawn is known however many there are, and whatever came before it")
  func withdrawalsPastTheLimit() throws {
    let revoked = ", \"revoked\": true"
    let later = "2023-11-14T01:00:00Z"
    let pages = [
      bundle(indicator("a", "203.0.113.1"), indicator("b", "203.0.113.2")),
      bundle(indicator("c", "203.0.113.3"), indicator("d", "203.0.113.4")),
      bundle(
        indicator("b", "203.0.113.2", modified: later, more: revoked),
        indicator("d", "203.0.113.4", modified: later, more: revoked),
        indicator("e", "203.0.113.5", modified: later, more: revoked),
        indicator("f", "203.0.113.6", modified: later, more: revoked)),
    ]
    let version = try read(pages, into: aVersion(mostEntries: 2))
    #expect(version.hasOverflowed)
    #expect(Set(version.revoked.keys) == ["b", "d", "e", "f"])
    #expect(addresses(version) == ["203.0.113.1"])
    let few = try read([pages[0], pages[2]], into: aVersion(mostEntries: 2))
    #expect(!few.hasOverflowed && few.revoked.count == 4, "they take no room")
  }

  @Test(
    "what is neither a bundle nor an envelope is no version",
    arguments: [
      ("", "byte 0: the text ends within a value"), ("[]", "an array, and no object"),
      ("{\"type\": \"indicator\"}", "neither a bundle nor an envelope"),
      ("{\"objects\": {}}", "objects are no array"),
      ("{\"type\": 1}", "neither a bundle nor an envelope"),
    ])
  func noVersion(text: String, reason: String) {
    #expect(throws: FetchFailure.unreadable(reason)) { try read([text]) }
  }
}
