internal import MeshModel
internal import RuleScoring
internal import Testing
internal import ThreatIntelligence

struct IndicatorScorerTests {
  private static func indicator(
    _ value: Indicator.Value?, confidence: UInt8 = 90, feed: String = "feed"
  ) throws -> Indicator {
    Indicator(
      try #require(value),
      provenance: Provenance(feed: feed, id: "e1", link: "https://feeds.test/"),
      confidence: confidence, validFrom: Timestamp(seconds: 0),
      validUntil: Timestamp(seconds: 1_000_000), endIsGiven: true)
  }

  private static func target(
    _ text: String, subdomains: Bool = false, confidence: UInt8 = 90, feed: String = "feed"
  ) throws -> Indicator {
    try indicator(
      Indicator.Value(target: text, subdomains: subdomains), confidence: confidence, feed: feed)
  }

  private static func scorer(_ indicators: Indicator...) throws -> IndicatorScorer {
    IndicatorScorer(
      try IndicatorIndex(indicators, secret: 7, at: Timestamp(seconds: 1)),
      gateways: [try Requests.identity("gateway")])
  }

  @Test("a client whose address is listed is blamed at its gateway, with who says so")
  func client() throws {
    let scorer = try Self.scorer(Self.target("203.0.113.0/24"))
    #expect(scorer.findings(in: try Requests.client(["/"], "198.51.100.1", at: 100)).isEmpty)
    let found = scorer.findings(in: try Requests.client(["/"], "203.0.113.7", at: 100))
    let detection = try #require(found.first)
    #expect(found.count == 1)
    #expect(detection.detector == .indicator && detection.detector.blames)
    #expect(detection.subject.description == "203.0.113.7 at \(try Requests.identity("gateway"))")
    #expect(
      detection.indicator
        == MatchedIndicator(
          feed: "feed", id: "e1", link: "https://feeds.test/", kind: .address,
          value: "203.0.113.0/24", confidence: 90, validFrom: Timestamp(seconds: 0),
          validUntil: Timestamp(seconds: 1_000_000)))
    #expect(detection.score == MatchedIndicator.score(90) && detection.corroborated == 0)
    #expect(detection.witnesses == [try Requests.identity("gateway")])
  }

  @Test("of IPv6 the whole address counts, though its client is all of its site")
  func wholeAddress() throws {
    let scorer = try Self.scorer(Self.target("2001:db8:1:2:3::4"))
    let other = try Requests.client(["/"], "2001:db8:1:2:3::5", at: 100)
    #expect(scorer.findings(in: other).isEmpty)
    let listed = try Requests.client(["/"], "2001:db8:1:2:3::4", at: 100)
    #expect(scorer.findings(in: listed).map(\.subject.name) == ["2001:db8:1:2::/64"])
  }

  @Test("a name that a client asks a gateway for, and an address inside the mesh, blame nobody")
  func nobodysDeed() throws {
    let scorer = try Self.scorer(Self.target("evil.test"), Self.target("203.0.113.7"))
    let asked = try Requests.client(
      ["/"], "198.51.100.1", extra: Requests.Extra(authority: "evil.test"), at: 100)
    #expect(scorer.findings(in: asked).isEmpty)
    let inbound = try Requests.batch(
      "/", from: "reports", to: "users", address: "203.0.113.7",
      extra: Requests.Extra(authority: "evil.test", destination: "203.0.113.7"), at: 100)
    #expect(scorer.findings(in: inbound).isEmpty)
  }

  @Test(
    "a workload that calls a listed name, URL or address is blamed, and only by its own word",
    arguments: [
      ("evil.test", false, MatchedIndicator.Kind.domain), ("test", true, .domain),
      ("http://www.evil.test/drop?a=1", false, .url), ("198.51.100.0/24", false, .address),
    ])
  func egress(text: String, subdomains: Bool, kind: MatchedIndicator.Kind) throws {
    let isWhole = text == "evil.test"
    let scorer = try Self.scorer(Self.target(text, subdomains: subdomains))
    let batch = try Requests.batch(
      "/drop?a=1", from: "reports", to: "outside", outbound: true,
      extra: Requests.Extra(
        authority: isWhole ? "EVIL.test:443" : "www.evil.test", destination: "198.51.100.9"),
      at: 100)
    let found = scorer.findings(in: batch)
    #expect(found.map(\.subject) == [try Requests.subject("reports")])
    #expect(found.first?.indicator?.kind == kind)
    #expect(found.first?.corroborated == 0)
  }

  @Test("a connection without requests counts by its addresses")
  func connection() throws {
    let scorer = try Self.scorer(Self.target("198.51.100.9"))
    let batch = try Requests.batch(
      "", from: "reports", to: "outside", outbound: true,
      extra: Requests.Extra(destination: "198.51.100.9", isConnection: true), at: 100)
    #expect(scorer.findings(in: batch).map(\.subject) == [try Requests.subject("reports")])
  }

  @Test("a listed agent that both sides of a request saw is corroborated")
  func corroborated() throws {
    let scorer = try Self.scorer(Self.indicator(.userAgent("bad/1")))
    let extra = Requests.Extra(agent: "bad/1")
    let sent = scorer.findings(
      in: try Requests.batch(
        "/", from: "reports", to: "users", outbound: true, extra: extra, at: 100))
    #expect(sent.map(\.corroborated) == [0])
    let received = scorer.findings(
      in: try Requests.batch("/", from: "reports", to: "users", extra: extra, at: 100))
    #expect(received.map(\.corroborated) == [MatchedIndicator.score(90)])
  }

  private static let ja3 = "e7d705a3286e19ea42f587b344ee6865"
  private static let ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1"

  @Test(
    "a gateway's client that opens TLS as a feed lists is blamed, whatever letters the log has",
    arguments: [
      (ja3, Requests.Extra(ja3: ja3)), (ja3, Requests.Extra(ja3: ja3.uppercased())),
      (ja4, Requests.Extra(ja4: ja4)), (ja4, Requests.Extra(isConnection: true, ja4: ja4)),
    ])
  func fingerprint(listed: String, extra: Requests.Extra) throws {
    let scorer = try Self.scorer(Self.indicator(TLSFingerprint(listed).map { .fingerprint($0) }))
    let found = scorer.findings(
      in: try Requests.client(["/"], "198.51.100.1", extra: extra, at: 100))
    #expect(found.map(\.subject.name) == ["198.51.100.1"])
    #expect(found.first?.indicator?.kind == .fingerprint)
    #expect(found.first?.indicator?.value == listed)
  }

  @Test(
    "another fingerprint, one of another length and what is none blame nobody",
    arguments: [
      Requests.Extra(), Requests.Extra(ja3: String(ja3.reversed()), ja4: String(ja4.reversed())),
      Requests.Extra(ja3: ja3 + "0", ja4: ja4 + "0"),
      Requests.Extra(ja3: String(ja3.dropLast()), ja4: String(ja4.dropLast())),
      Requests.Extra(ja3: ja4, ja4: ja3),
      Requests.Extra(
        ja3: String(repeating: "\u{FF}", count: 16), ja4: String(repeating: "\0", count: 36)),
      Requests.Extra(agent: ja3), Requests.Extra(agent: ja4),
    ])
  func noFingerprint(extra: Requests.Extra) throws {
    let scorer = try Self.scorer(
      Self.indicator(TLSFingerprint(Self.ja3).map { .fingerprint($0) }),
      Self.indicator(TLSFingerprint(Self.ja4).map { .fingerprint($0) }))
    let batch = try Requests.client(["/"], "198.51.100.1", extra: extra, at: 100)
    #expect(scorer.findings(in: batch).isEmpty && scorer.hits == 0)
  }

  @Test("within the mesh a fingerprint blames nobody: it is a sidecar's", arguments: [false, true])
  func fingerprintWithin(outbound: Bool) throws {
    let scorer = try Self.scorer(Self.indicator(TLSFingerprint(Self.ja3).map { .fingerprint($0) }))
    let batch = try Requests.batch(
      "/", from: "reports", to: "users", outbound: outbound,
      extra: Requests.Extra(ja3: Self.ja3, ja4: Self.ja4), at: 100)
    #expect(scorer.findings(in: batch).isEmpty)
  }

  @Test(
    "a score stands for a minute after the last hit and then ends, whatever index came meanwhile")
  func calm() throws {
    let scorer = try Self.scorer(
      Self.target("203.0.113.7", confidence: 60), Self.target("203.0.113.0/24", confidence: 80))
    let batch = try Requests.client(["/"], "203.0.113.7", at: 100)
    let found = scorer.findings(in: batch)
    #expect(found.map(\.indicator?.confidence) == [80, 60], "the surest first")
    let subject = try #require(found.first?.subject)
    #expect(
      scorer.score(of: subject, at: Timestamp(seconds: 160)) == MatchedIndicator.score(80))
    #expect(scorer.score(of: subject, at: Timestamp(seconds: 161)) == 0)
    _ = scorer.findings(in: try Requests.client(["/"], "203.0.113.7", at: 150))
    scorer.index = try IndicatorIndex([], secret: 7, at: Timestamp(seconds: 1))
    #expect(scorer.score(of: subject, at: Timestamp(seconds: 161)) > 0)
    #expect(scorer.findings(in: batch).isEmpty)
    #expect(scorer.hits == 2)
  }

  @Test("hits that say nothing new are told once a second")
  func repeats() throws {
    let scorer = try Self.scorer(Self.target("203.0.113.7"))
    var told = 0
    for step in 0..<25 {
      told +=
        scorer.findings(
          in: try Requests.client(["/"], "203.0.113.7", at: 100 + Double(step) / 10)
        ).count
    }
    #expect(told == 3)
  }

  @Test("what an action answered is spent, and what it stopped says nothing")
  func spent() throws {
    let scorer = try Self.scorer(Self.target("203.0.113.7"))
    let batch = try Requests.client(["/"], "203.0.113.7", at: 100)
    let subject = try #require(scorer.findings(in: batch).first?.subject)
    scorer.watch(Watch(followed: [subject], denied: [subject]))
    scorer.spend(subject, before: Timestamp(seconds: 200))
    #expect(scorer.score(of: subject, at: Timestamp(seconds: 101)) == 0)
    #expect(scorer.findings(in: batch).isEmpty)
    #expect(!scorer.findings(in: try Requests.client(["/"], "203.0.113.7", at: 201)).isEmpty)
  }

  @Test("no confidence scores 1, and a surer one scores more")
  func scores() {
    let scores = (0...100).map { MatchedIndicator.score($0) }
    #expect(scores.last ?? 1 < 1)
    #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 })
  }
}
