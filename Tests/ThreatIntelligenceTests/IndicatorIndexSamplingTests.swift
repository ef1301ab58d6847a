internal import MeshModel
internal import Testing
internal import ThreatIntelligence

struct IndicatorIndexSamplingTests {
  /// Bits that often agree, so that blocks lie in one another.
  private func range(_ random: inout SeededRandom, spread: Int) -> IPPrefix {
    let family: IPPrefix.Family = Bool.random(using: &random) ? .v4 : .v6
    let width = family == .v4 ? 32 : 128
    var bits = UInt128(random.next()) << 64 | UInt128(random.next())
    // Only some bits vary: at the front, in the middle or at the end.
    let first = Int.random(in: 0...(width - spread), using: &random)
    bits &= (UInt128.max >> UInt128(128 - spread)) << UInt128(128 - first - spread)
    let lengths = [0, 1, first, first + spread, width, Int.random(in: 0...width, using: &random)]
    return IPPrefix(
      family: family, bits: bits, length: lengths[Int.random(in: 0..<6, using: &random)])
  }

  @Test("every lookup of an address finds what looking at every block finds", arguments: 0..<120)
  func ranges(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let spread = [1, 3, 8, 16, 30][seed % 5]
    let indicators = (0..<[0, 1, 2, 9, 60, 400][seed % 6]).map { position in
      anIndicator(
        .range(range(&random, spread: spread)), feed: "feed\(position)".prefix(5).description,
        id: "same", until: Int64.random(in: -1...3, using: &random) * 10)
    }
    // A feed has a value once; of doubles the longest stays, as none is surer.
    var kept: [String: Indicator] = [:]
    for indicator in indicators where readAt < indicator.validUntil {
      let key = "\(indicator.value) \(indicator.provenance.feed)"
      if let held = kept[key], held.validUntil >= indicator.validUntil { continue }
      kept[key] = indicator
    }
    let naive = NaiveIndex(indicators: Array(kept.values))
    let index = try IndicatorIndex(indicators, secret: random.next(), at: readAt)
    #expect(index.count == kept.count)
    for round in 0..<150 {
      var sought = range(&random, spread: spread)
      if round % 3 == 0, let held = indicators.randomElement(using: &random),
        case .range(let block) = held.value
      {
        // An address within a block, or one beside its ends.
        let step: UInt128 = 1 << UInt128(block.family == .v4 ? 96 : 0)
        let size = block.length == 0 ? 0 : UInt128(1) << UInt128(128 - block.length)
        let ends = [block.bits, block.bits &+ size &- step, block.bits &+ size, block.bits &- step]
        sought = IPPrefix(
          family: block.family, bits: ends[Int.random(in: 0..<4, using: &random)],
          length: block.family == .v4 ? 32 : 128)
      }
      for now in [readAt, Timestamp(seconds: readAt.second + 15)] {
        let found = index.telling(sought, at: now)
        #expect(
          found.map(\.tellingAll).sorted() == naive.blocks(around: sought, at: now), "\(sought)")
        let lengths = found.map { indicator in
          guard case .range(let block) = indicator.value else { return -1 }
          return block.length
        }
        #expect(lengths == lengths.sorted(by: >))
      }
    }
  }

  @Test("every lookup of a host finds what looking at every name finds", arguments: 0..<60)
  func names(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let labels = [
      "a", "b", "com", "evil", "a-rather-long-label-of-more-than-eight-bytes", "x1", "Net",
    ]
    func host(_ random: inout SeededRandom) -> String {
      (0..<Int.random(in: 2...5, using: &random)).map { _ in
        labels[Int.random(in: labels.indices, using: &random)]
      }.joined(separator: ".")
    }
    let indicators = try (0..<[1, 10, 200][seed % 3]).map { position in
      let name = try #require(DomainName(host(&random)))
      return anIndicator(
        .domain(name, subdomains: Bool.random(using: &random)),
        feed: "feed\(position)".prefix(6).description,
        id: "same")
    }
    var kept: [String: Indicator] = [:]
    for indicator in indicators {
      kept["\(indicator.value) \(indicator.provenance.feed)"] = indicator
    }
    let naive = NaiveIndex(indicators: Array(kept.values))
    let index = try IndicatorIndex(indicators, secret: random.next(), at: readAt)
    for _ in 0..<200 {
      let sought = host(&random)
      let found = index.telling(authority: sought)
      #expect(found.map(\.tellingAll).sorted() == naive.names(of: sought, at: readAt), "\(sought)")
    }
  }

  @Test("every byte folds as ASCII does, whatever stands beside it")
  func folding() throws {
    var random = SeededRandom(seed: 3)
    for length in 1...40 {
      for _ in 0..<50 {
        let bytes = (0..<length).map { _ in UInt8.random(in: 0x21...0x7E, using: &random) }
        let agent = String(decoding: bytes, as: UTF8.self)
        guard let url = RequestURL("http://e\(length).example/") else { continue }
        let index = try IndicatorIndex(
          [anIndicator(.userAgent(agent)), anIndicator(.url(url))], secret: random.next(),
          at: readAt)
        #expect(index.telling(userAgent: agent).count == 1)
        #expect(index.telling(userAgent: agent + "x").isEmpty)
        #expect(index.telling(authority: "E\(length).EXAMPLE", path: "/").count == 1)
        // The byte 0x20 away from a small letter is its capital; of other bytes it is another byte.
        let other = "e\(length).exampl\u{45}".replacing(".", with: "\u{0E}")
        #expect(index.telling(authority: other, path: "/").isEmpty)
      }
    }
  }
}
