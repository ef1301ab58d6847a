internal import MeshModel
internal import Testing
internal import ThreatIntelligence

struct ListReaderTests {
  private func read(
    _ text: String, as format: ListFormat = ListFormat(content: .targets(subdomains: false)),
    into version: FeedVersion = aVersion()
  ) throws -> FeedVersion {
    var version = version
    try ListReader.read(Array(text.utf8), as: format, into: &version)
    return version
  }

  private func values(_ version: FeedVersion) -> [String] {
    version.indicators.map(\.value.description)
  }

  private func refused(_ version: FeedVersion) -> [String] {
    version.rejections.named.map(\.description)
  }

  @Test("a list holds one value a line, and comments before, between and behind them")
  func lines() throws {
    let version = try read(
      "\u{FEFF}# list\r\n\r\n203.0.113.0/24 ; SBL1\r\n  evil.example\t# bad\n; x\n// y\n"
        + "https://evil.example/a#b\n2001:db8::1 // z")
    #expect(
      values(version) == ["203.0.113.0/24", "evil.example", "evil.example/a", "2001:db8::1"])
    #expect(version.indicators.map(\.provenance.id) == ["3", "4", "7", "8"])
    #expect(version.rejections.total == 0)
  }

  @Test("what cannot be read is refused with the number of its line, and the rest is taken")
  func unreadable() throws {
    let version = try read("1.2.3\n203.0.113.1 203.0.113.2\nbad\u{1}name\n203.0.113.3\n10.0.0.1\n")
    #expect(values(version) == ["203.0.113.3"])
    #expect(
      refused(version) == [
        "1: cannot be read: 1.2.3", "2: cannot be read: 203.0.113.1 203.0.113.2",
        "3: cannot be read: bad name", "5: meets the reserved range 10.0.0.0/8",
      ])
  }

  @Test("entries carry the feed's name, link, confidence and lifetime")
  func terms() throws {
    let version = try read("203.0.113.1", into: aVersion(confidence: 70, lifetimeSeconds: 60))
    let expected = Indicator(
      version.indicators[0].value,
      provenance: Provenance(feed: "list", id: "1", link: "https://feeds.test/"), confidence: 70,
      validFrom: readAt, validUntil: Timestamp(seconds: readAt.second + 60), endIsGiven: false)
    #expect(version.indicators == [expected])
  }

  @Test("a column of a CSV is chosen by its number, and quotes are undone")
  func columns() throws {
    let format = ListFormat(
      content: .targets(subdomains: true), layout: .columns(.comma, value: 2, hasHeader: true))
    let version = try read(
      "# c\nid,host,note\n1, evil.example ,x\n2,\"203.0.113.1\",\"a, \"\"b\"\"\"\n3\n4,\"open\n"
        + "5,\"a\"b,c\n6,,x\n7,bad.example", as: format)
    #expect(values(version) == ["*.evil.example", "203.0.113.1", "*.bad.example"])
    #expect(
      refused(version) == [
        "5: cannot be read: no column 2", "6: cannot be read: 4,\"open",
        "7: cannot be read: 5,\"a\"b,c", "8: cannot be read: 6,,x",
      ])
  }

  @Test("a hosts file is two columns between blanks")
  func hosts() throws {
    let format = ListFormat(
      content: .targets(subdomains: false), layout: .columns(.blanks, value: 2, hasHeader: false))
    #expect(
      values(try read("0.0.0.0  evil.example \n127.0.0.1\tbad.example # x", as: format)) == [
        "evil.example", "bad.example",
      ])
  }

  @Test("tabs and semicolons separate, and an empty field is a field")
  func separators() throws {
    for (separator, text) in [
      (ListFormat.Separator.tab, "a\t\tevil.example"), (.semicolon, "a;;evil.example"),
    ] {
      let format = ListFormat(
        content: .targets(subdomains: false),
        layout: .columns(separator, value: 3, hasHeader: false))
      #expect(try values(read(text, as: format)) == ["evil.example"])
    }
  }

  @Test("user agents are whole lines, fingerprints are checked")
  func otherContents() throws {
    let agents = try read("# x\nsqlmap/1.0 # dev\n", as: ListFormat(content: .userAgents))
    #expect(values(agents) == ["sqlmap/1.0 # dev"])
    let prints = try read(
      "e7d705a3286e19ea42f587b344ee6865 # x\nnone\n", as: ListFormat(content: .fingerprints))
    #expect(values(prints) == ["e7d705a3286e19ea42f587b344ee6865"])
    #expect(refused(prints) == ["2: cannot be read: none"])
  }

  @Test("bounds: a long line, a long agent, many columns and many entries")
  func bounds() throws {
    #expect(
      refused(try read(String(repeating: "a", count: 8_193))) == [
        "1: longer than a line of 8192 bytes"
      ]
    )
    let agent = try read(String(repeating: "a", count: 1_025), as: ListFormat(content: .userAgents))
    #expect(refused(agent) == ["1: longer than an agent of 1024 bytes"])
    let format = ListFormat(
      content: .targets(subdomains: false), layout: .columns(.comma, value: 1, hasHeader: false))
    #expect(
      try read("a.b" + String(repeating: ",", count: 64), as: format).rejections.unreadable == 1)
    #expect(try read("a.b" + String(repeating: ",", count: 63), as: format).indicators.count == 1)
    let many = try read(
      (0..<200).map { "203.0.113.\($0)\n" }.joined(), into: aVersion(mostEntries: 100))
    #expect(many.indicators.count == 100)
    #expect(many.hasOverflowed)
    let wrong = try read(String(repeating: "x\u{1}\n", count: 500))
    #expect(wrong.rejections.named.count == 100)
    #expect(wrong.rejections.total == 500)
  }

  @Test("no bytes end the reading")
  func hostile() throws {
    var random = SeededRandom(seed: 0xFEED)
    let alphabet = Array("\",;\t \n#/.:[]*-@%0123456789abcdefhtp\u{1}".utf8) + [0xFF, 0xC3, 0]
    let layouts: [ListFormat.Layout] = [
      .lines, .columns(.comma, value: 1, hasHeader: false),
      .columns(.blanks, value: .min, hasHeader: true),
      .columns(.tab, value: Int.max, hasHeader: false),
    ]
    for round in 0..<4_000 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        alphabet[Int.random(in: alphabet.indices, using: &random)]
      }
      var version = aVersion()
      try ListReader.read(
        bytes, as: ListFormat(content: .targets(subdomains: true), layout: layouts[round % 4]),
        into: &version)
      #expect(version.indicators.count + version.rejections.total <= 61)
    }
  }

  @Test("a list of more bytes than a feed may have is not read")
  func size() {
    let bytes = [UInt8](repeating: 0x0A, count: ThreatLimits.feedBytes + 1)
    var version = aVersion()
    #expect(throws: FetchFailure.tooLarge) {
      try ListReader.read(
        bytes, as: ListFormat(content: .targets(subdomains: false)), into: &version)
    }
  }
}
