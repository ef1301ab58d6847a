internal import MeshModel
internal import Testing
internal import ThreatIntelligence

struct IndicatorIndexTests {
  private func index(_ indicators: [Indicator]) throws -> IndicatorIndex {
    try IndicatorIndex(indicators, secret: 7, at: readAt)
  }

  private func ranges(_ texts: [String]) throws -> [Indicator] {
    try texts.enumerated().map { position, text in
      anIndicator(.range(try #require(IPPrefix(range: text))), id: String(position))
    }
  }

  private func found(_ index: IndicatorIndex, _ address: String) throws -> [String] {
    index.telling(try #require(IPPrefix(address))).map(\.value.description)
  }

  @Test("blocks around an address are found, the longest first, up to the whole family")
  func nested() throws {
    let index = try index(
      ranges([
        "0.0.0.0/0", "203.0.113.0/24", "203.0.113.7", "203.0.113.128/25", "203.0.112.0/20", "::/0",
        "2001:db8::/32", "2001:db8::1", "2001:db8::/64",
      ]))
    #expect(
      try found(index, "203.0.113.7") == [
        "203.0.113.7", "203.0.113.0/24", "203.0.112.0/20", "0.0.0.0/0",
      ])
    #expect(
      try found(index, "203.0.113.0/24") == ["203.0.113.0/24", "203.0.112.0/20", "0.0.0.0/0"])
    #expect(try found(index, "203.0.0.0/16") == ["0.0.0.0/0"])
    #expect(try found(index, "8.8.8.8") == ["0.0.0.0/0"])
    #expect(try found(index, "::ffff:203.0.113.200").first == "203.0.113.128/25")
    #expect(
      try found(index, "2001:db8::1") == ["2001:db8::1", "2001:db8::/64", "2001:db8::/32", "::/0"])
    #expect(try found(index, "2001:db8::/64") == ["2001:db8::/64", "2001:db8::/32", "::/0"])
    #expect(try found(index, "::") == ["::/0"])
    #expect(try found(index, "0.0.0.0/0") == ["0.0.0.0/0"])
  }

  @Test("without blocks, with one, and at the ends of the families, lookups find what there is")
  func edges() throws {
    #expect(try found(index([]), "203.0.113.7") == [])
    #expect(try found(index([]), "::1") == [])
    let one = try index(
      ranges(["255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]))
    #expect(try found(one, "255.255.255.255") == ["255.255.255.255"])
    #expect(try found(one, "255.255.255.254") == [])
    #expect(try found(one, "0.0.0.0") == [])
    #expect(try found(one, "::") == ["::"])
    #expect(try found(one, "::1") == [])
    #expect(try found(one, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").count == 1)
    #expect(try found(one, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe") == [])
    let halves = try index(ranges(["0.0.0.0/1", "128.0.0.0/1"]))
    #expect(try found(halves, "127.255.255.255") == ["0.0.0.0/1"])
    #expect(try found(halves, "128.0.0.0") == ["128.0.0.0/1"])
    #expect(try found(halves, "0.0.0.0/0") == [])
  }

  @Test("a value of several feeds is found with each of them, and of one feed once: the surest")
  func feeds() throws {
    let range = try aTarget("203.0.113.0/24")
    let name = try aTarget("evil.example")
    let both = [range, name].flatMap { value in
      [
        anIndicator(value, feed: "a", id: "1", confidence: 50, until: 10),
        anIndicator(value, feed: "a", id: "2", confidence: 60, until: 20),
        anIndicator(value, feed: "a", id: "3", confidence: 60, until: 10),
        anIndicator(value, feed: "b", id: "4", confidence: 10),
      ]
    }
    let index = try index(both)
    #expect(index.count == 4)
    #expect(
      index.telling(try #require(IPPrefix("203.0.113.9"))).map(\.provenance.id).sorted() == [
        "2", "4",
      ])
    #expect(index.telling(authority: "evil.example").map(\.provenance.id).sorted() == ["2", "4"])
  }

  @Test("what is not yet valid or has ended is not found, though the index is older")
  func validity() throws {
    let value = try aTarget("203.0.113.9")
    let index = try index([
      anIndicator(value, feed: "a", from: 5, until: 10),
      anIndicator(value, feed: "b", from: -9, until: 0),
    ])
    let address = try #require(IPPrefix("203.0.113.9"))
    #expect(index.count == 1)
    for (second, count) in [(0, 0), (4, 0), (5, 1), (9, 1), (10, 0)] as [(Int64, Int)] {
      let now = Timestamp(seconds: readAt.second + second)
      #expect(index.telling(address, at: now).count == count, "\(second)")
    }
    for now in [Timestamp(microseconds: .min), Timestamp(microseconds: .max)] {
      #expect(index.telling(address, at: now).isEmpty)
    }
  }

  @Test("parts of seconds make an indicator hold shorter, never longer")
  func partsOfSeconds() throws {
    var indicator = anIndicator(try aTarget("203.0.113.9"))
    indicator.validFrom = Timestamp(microseconds: readAt.microseconds + 1)
    indicator.validUntil = Timestamp(microseconds: readAt.microseconds + 2_999_999)
    let index = try index([indicator])
    let address = try #require(IPPrefix("203.0.113.9"))
    #expect(index.telling(address).isEmpty)
    #expect(
      index.telling(address, at: Timestamp(microseconds: readAt.microseconds + 1_000_000)).count
        == 1)
    #expect(
      index.telling(address, at: Timestamp(microseconds: readAt.microseconds + 2_000_000)).isEmpty)
  }

  @Test(
    "a name is found with the case, port and dot of a request, and the names below it on demand")
  func names() throws {
    let index = try index([
      anIndicator(try aTarget("evil.example")), anIndicator(try aTarget("*.bad.example")),
      anIndicator(try aTarget("a.b.bad.example")),
    ])
    func values(_ authority: String) -> [String] {
      index.telling(authority: authority).map(\.value.description)
    }
    for authority in [
      "evil.example", "EVIL.example", "evil.example:8443", "evil.example.", "Evil.Example.:80",
    ] {
      #expect(values(authority) == ["evil.example"], "\(authority)")
    }
    for authority in [
      "www.evil.example", "xevil.example", "example", "evil.example.org", "", ".", ":80", "..",
      ".evil.example", "evil.example:x", "evil..example", "evil.exampl",
      String(repeating: "a.", count: 400),
    ] {
      #expect(values(authority) == [], "\(authority)")
    }
    #expect(values("bad.example") == ["*.bad.example"])
    #expect(values("x.y.z.BAD.example") == ["*.bad.example"])
    #expect(values("a.b.bad.example") == ["*.bad.example", "a.b.bad.example"])
    #expect(values("b.bad.example") == ["*.bad.example"])
    #expect(values("xbad.example") == [])
  }

  @Test("URLs, agents and fingerprints are found when they are the same, and then only")
  func texts() throws {
    let ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1"
    let index = try index([
      anIndicator(try aTarget("https://Evil.example/A?b=C")),
      anIndicator(try aTarget("http://evil.example:8080/")),
      anIndicator(.userAgent("sqlmap/1.0")),
      anIndicator(.fingerprint(try #require(TLSFingerprint(ja4)))),
    ])
    #expect(index.telling(authority: "EVIL.example", path: "/A?b=C").count == 1)
    #expect(index.telling(authority: "evil.example:443", path: "/A?b=C").count == 1)
    #expect(index.telling(authority: "evil.example:80", path: "/A?b=C").count == 1)
    #expect(index.telling(authority: "evil.example:81", path: "/A?b=C").isEmpty)
    #expect(index.telling(authority: "evil.example", path: "/a?b=C").isEmpty)
    #expect(index.telling(authority: "evil.example", path: "/A").isEmpty)
    #expect(
      index.telling(authority: "evil.example:8080", path: "/").map(\.value.description) == [
        "evil.example:8080/"
      ])
    #expect(index.telling(userAgent: "sqlmap/1.0").count == 1)
    #expect(index.telling(userAgent: "SQLmap/1.0").isEmpty)
    #expect(index.telling(userAgent: "").isEmpty)
    #expect(index.telling(fingerprint: ja4.uppercased()).count == 1)
    #expect(index.telling(fingerprint: String(ja4.dropLast())).isEmpty)
    #expect(index.holdsFingerprints)
    #expect(index.telling(authority: "sqlmap", path: "/1.0").isEmpty)
    #expect(try !self.index([anIndicator(.userAgent(ja4))]).holdsFingerprints)
  }

  @Test("what was met tells all that was put in")
  func details() throws {
    let values = try [
      "203.0.113.0/24", "2001:db8::/48", "evil.example", "*.evil.example",
      "http://[2001:db8::1]:81/x?y",
    ].map { try aTarget($0) }
    for value in values {
      let indicator = Indicator(
        value, provenance: Provenance(feed: "f", id: "i", link: "https://l/"), confidence: 100,
        validFrom: readAt, validUntil: Timestamp(seconds: readAt.second + 9), endIsGiven: true)
      let index = try index([indicator])
      let met =
        switch value {
        case .range(let range): index.telling(range)
        case .domain(let name, _): index.telling(authority: name.text)
        case .url(let url): index.telling(authority: url.authority, path: url.path)
        case .userAgent, .fingerprint: [] as [Indicator]
        }
      #expect(met == [indicator])
    }
  }

  @Test("more feeds than an index may have make none")
  func feedLimit() throws {
    let value = try aTarget("203.0.113.9")
    let many = (0..<257).map { anIndicator(value, feed: "f\($0)") }
    #expect(
      try index(Array(many.dropLast())).telling(#require(IPPrefix("203.0.113.9"))).count == 256)
    #expect(throws: IndicatorIndexFailure.tooManyFeeds) { try index(many) }
  }

  @Test("more indicators than an index may have make none")
  func indicatorLimit() throws {
    let indicator = anIndicator(try aTarget("203.0.113.9"))
    let limit = ThreatLimits.indicators
    #expect(limit == 1_000_000)
    #expect(throws: IndicatorIndexFailure.tooManyIndicators) {
      try IndicatorIndex(repeatElement(indicator, count: limit + 1), secret: 7, at: readAt)
    }
  }

  @Test("however addresses lie, an indicator takes no more than two and a half nodes")
  func memory() throws {
    let layouts: [(UInt128) -> UInt128] = [
      { $0 }, { $0 << 4 }, { $0 &* 0x9E37_79B9 }, { ($0 >> 1) << 19 | $0 & 1 },
    ]
    for layout in layouts {
      let many = (0..<16_384).map { number in
        let bits = layout(UInt128(number)) << 96
        return anIndicator(.range(IPPrefix(family: .v4, bits: bits, length: 32)), id: "12345678")
      }
      let index = try index(many)
      // A record, a block, nodes, five bytes of value and the id.
      #expect(index.bytes <= index.count * (28 + 12 + 20 + 5 + 8) + 64)
    }
  }
}
