internal import MeshModel

/// What requests are held against: all indicators of all feeds, in a few flat arrays.
///
/// It is made once and never changed. A lookup allocates nothing; names, ids and links are made only
/// of what was met, when somebody asks.
package struct IndicatorIndex: Sendable {
  let records: [IndicatorRecord]
  let ipv4: PrefixTrie<UInt32>
  let ipv6: PrefixTrie<UInt128>
  let texts: TextTable
  let hash: TextHash
  /// Values, ids and links, one after another.
  let pool: [UInt8]
  /// Bit n is set when there are names of n labels: for others nothing is looked up.
  let labelCounts: UInt128
  let feeds: [String]

  /// Without any, nobody need look for them in a request.
  package let holdsFingerprints: Bool
  /// Values of each feed, every one once.
  package let count: Int

  /// Of the arrays; what they reserve beyond it is given back when they are made.
  package var bytes: Int {
    records.count * MemoryLayout<IndicatorRecord>.stride + ipv4.bytes + ipv6.bytes + texts.bytes
      + pool.count
  }

  /// Everything that is known of what was met.
  package func indicator(of match: IndicatorMatch) -> Indicator {
    let record = records[Int(match.record)]
    let id = Int(record.text) + Int(record.valueBytes)
    let link = record.linkBytes == 0 ? nil : text(Int(record.link), Int(record.linkBytes))
    return Indicator(
      value(of: record),
      provenance: Provenance(
        feed: feeds[Int(record.feed)], id: text(id, Int(record.idBytes)), link: link),
      confidence: record.confidence, validFrom: Timestamp(seconds: Int64(record.from)),
      validUntil: Timestamp(seconds: Int64(record.until)), endIsGiven: record.endIsGiven)
  }

  private func value(of record: IndicatorRecord) -> Indicator.Value {
    let bytes = pool[Int(record.text)..<Int(record.text) + Int(record.valueBytes)]
    let text = String(decoding: bytes, as: UTF8.self)
    switch record.kind {
    case .ipv4, .ipv6:
      let bits = bytes.dropLast().reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      let length = Int(bytes.last ?? 0)
      return .range(
        record.kind == .ipv4
          ? IPPrefix(family: .v4, bits: bits << 96, length: length)
          : IPPrefix(family: .v6, bits: bits, length: length))
    case .domain: return .domain(DomainName(checked: text), subdomains: false)
    case .domainAndBelow: return .domain(DomainName(checked: text), subdomains: true)
    case .url: return .url(RequestURL(checked: text))
    case .userAgent: return .userAgent(text)
    case .ja3: return .fingerprint(.ja3(text))
    case .ja4: return .fingerprint(.ja4(text))
    }
  }

  private func text(_ start: Int, _ count: Int) -> String {
    String(decoding: pool[start..<start + count], as: UTF8.self)
  }
}
