internal import MeshModel

/// Lays out an `IndicatorIndex`.
struct IndicatorIndexBuilder {
  let hash: TextHash
  var records: [IndicatorRecord] = []
  /// Records whose value their feed has twice; they stay and are not found.
  var repeated = 0
  private(set) var pool: [UInt8] = []
  private let second: UInt32
  private var feeds: [String: UInt8] = [:]
  private var feedNames: [String] = []
  /// Where the links are that several indicators share.
  private var links: [String: UInt32] = [:]
  private var labelCounts: UInt128 = 0
  private var holdsFingerprints = false

  init(secret: UInt64, at now: Timestamp, capacity: Int) {
    hash = TextHash(secret: secret)
    second = IndicatorRecord.second(now)
    records.reserveCapacity(capacity)
  }

  /// Takes what has not ended.
  mutating func add(_ indicator: Indicator) throws(IndicatorIndexFailure) {
    let until = IndicatorRecord.second(indicator.validUntil)
    let from = IndicatorRecord.second(indicator.validFrom, roundingUp: true)
    guard second < until, from < until else { return }
    guard records.count < ThreatLimits.indicators else { throw .tooManyIndicators }
    let feed = try position(of: indicator.provenance.feed)
    let (link, linkBytes) = place(indicator.provenance.link)
    let text = pool.count
    let kind = append(indicator.value)
    let valueBytes = pool.count - text
    let id = indicator.provenance.id.utf8.prefix(ThreatLimits.idBytes)
    pool.append(contentsOf: id)
    guard pool.count <= ThreatLimits.textBytes else { throw .tooMuchText }
    records.append(
      IndicatorRecord(
        text: UInt32(text), valueBytes: UInt16(clamping: valueBytes), idBytes: UInt8(id.count),
        kind: kind, link: link, linkBytes: linkBytes, feed: feed,
        confidenceAndEnd: indicator.confidence | (indicator.endIsGiven ? 0x80 : 0), from: from,
        until: until))
  }

  mutating func index() -> IndicatorIndex {
    let texts = placeTexts()
    let ipv4 = PrefixTrieBuilder<UInt32>.trie(of: blocks(.ipv4))
    let ipv6 = PrefixTrieBuilder<UInt128>.trie(of: blocks(.ipv6))
    return IndicatorIndex(
      records: Array(records[...]), ipv4: ipv4, ipv6: ipv6, texts: texts, hash: hash,
      pool: Array(pool[...]), labelCounts: labelCounts, feeds: feedNames,
      holdsFingerprints: holdsFingerprints, count: records.count - repeated)
  }

  private mutating func position(of feed: String) throws(IndicatorIndexFailure) -> UInt8 {
    if let position = feeds[feed] { return position }
    guard feeds.count < ThreatLimits.feeds else { throw .tooManyFeeds }
    let position = UInt8(feeds.count)
    feeds[feed] = position
    feedNames.append(feed)
    return position
  }

  private mutating func place(_ link: String?) -> (UInt32, UInt16) {
    guard let link, link.utf8.count <= ThreatLimits.linkBytes else { return (0, 0) }
    if let place = links[link] { return (place, UInt16(link.utf8.count)) }
    let place = UInt32(pool.count)
    pool.append(contentsOf: link.utf8)
    links[link] = place
    return (place, UInt16(link.utf8.count))
  }

  private mutating func append(_ value: Indicator.Value) -> IndicatorRecord.Kind {
    switch value {
    case .range(let range):
      let count = range.family == .v4 ? 4 : 16
      for index in 0..<count {
        pool.append(UInt8(truncatingIfNeeded: range.bits >> UInt128(120 - 8 * index)))
      }
      pool.append(UInt8(range.length))
      return range.family == .v4 ? .ipv4 : .ipv6
    case .domain(let name, let subdomains):
      pool.append(contentsOf: name.text.utf8)
      labelCounts |= 1 << UInt128(name.labelCount)
      return subdomains ? .domainAndBelow : .domain
    case .url(let url):
      pool.append(contentsOf: url.description.utf8)
      return .url
    case .userAgent(let agent):
      pool.append(contentsOf: agent.utf8.prefix(ThreatLimits.agentBytes))
      return .userAgent
    case .fingerprint(let fingerprint):
      pool.append(contentsOf: fingerprint.description.utf8)
      holdsFingerprints = true
      switch fingerprint {
      case .ja3: return .ja3
      case .ja4: return .ja4
      }
    }
  }
}
