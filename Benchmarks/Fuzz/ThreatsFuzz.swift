internal import MeshModel
internal import ThreatIntelligence

/// Versions of feeds: whatever is in them they are read within the bounds or refused, and what is
/// read of them is found. The first byte chooses the format; behind a byte of zero is the next version.
enum ThreatsFuzz {
  private static let now = Timestamp(seconds: 1_700_000_000)
  private static let most = 200

  static func run(_ bytes: [UInt8]) {
    readAround(Array(bytes.dropFirst()))
    guard let choice = bytes.first else { return }
    var keeper = FeedKeeper(name: "f", policy: FeedPolicy(periodSeconds: 60), at: now)
    for (number, body) in bytes.dropFirst().split(
      separator: 0, maxSplits: 1, omittingEmptySubsequences: false
    ).enumerated() {
      let later = now.adding(milliseconds: Int64(number) * 60_000)
      guard let version = version(choice, Array(body), at: later) else { continue }
      check(version, at: later)
      _ = keeper.handle(.arrived(version), at: later, random: UInt64(choice))
      check(keeper, after: version)
    }
    _ = keeper.handle(.tick, at: now.adding(milliseconds: 100_000_000_000), random: 0)
    precondition(keeper.held?.indicators.isEmpty != false)
  }

  /// Whether it was held or not, what it withdraws is not held.
  private static func check(_ keeper: FeedKeeper, after version: FeedVersion) {
    let held = keeper.held?.indicators ?? []
    precondition(held.count <= most && keeper.withdrawn.count <= 3 * most)
    for indicator in held {
      let id = indicator.provenance.id
      precondition(version.revoked[id] == nil)
      // What went back since stays as it is.
      if let withdrawal = keeper.withdrawn[id] {
        guard let time = indicator.modified, let least = withdrawal.modified, least <= time else {
          preconditionFailure("what was withdrawn is held")
        }
      }
    }
  }

  private static func check(_ version: FeedVersion, at now: Timestamp) {
    precondition(version.indicators.count <= most)
    precondition(version.revoked.count <= ThreatLimits.indicators)
    precondition(version.revoked.keys.allSatisfy { $0.utf8.count <= ThreatLimits.idBytes })
    precondition(version.rejections.named.count <= ThreatLimits.rejectionsNamed)
    guard let index = try? IndicatorIndex(version.indicators, secret: 7, at: now) else {
      preconditionFailure("a version within its bounds has an index")
    }
    for indicator in version.indicators {
      precondition(now < indicator.validUntil && indicator.confidence <= 100)
      precondition(version.exclusions.exclusion(of: indicator.value) == nil)
      if indicator.validFrom <= now, indicator.validFrom < indicator.validUntil {
        check(indicator.value, in: index, at: now)
      }
    }
  }

  /// What stands around versions: servers' documents, and the addresses that are looked up.
  private static func readAround(_ body: [UInt8]) {
    // Refused is as good as read.
    if let roots = try? TAXIIDocument.apiRoots(body) {
      precondition(roots.count <= ThreatLimits.roots)
    }
    _ = try? TAXIIDocument.collection("c", in: body)
    _ = try? TAXIIDocument.page(body)
    if let events = try? MISPManifest.events(body) {
      precondition(events.allSatisfy { !$0.contains("/") && !$0.contains(".") })
    }
    if let address = IPPrefix(addressIn: body.span.bytes, body.indices) {
      precondition(IPPrefix(address: address.address) == address)
    }
  }

  private static func version(
    _ choice: UInt8, _ body: [UInt8], at now: Timestamp
  ) -> FeedVersion? {
    var version = FeedVersion(
      terms: FeedTerms(name: "f", confidence: 50, lifetimeSeconds: 3_600, mostEntries: most),
      exclusions: IndicatorExclusions(names: [], ranges: []), readAt: now)
    let layouts: [ListFormat.Layout] = [
      .lines, .columns(.comma, value: 2, hasHeader: true),
      .columns(.blanks, value: 2, hasHeader: false),
    ]
    let contents: [ListFormat.Content] = [.targets(subdomains: true), .userAgents, .fingerprints]
    // Refused is as good as read.
    switch choice % 11 {
    case 0:
      var reader = STIXReader(into: version)
      guard (try? reader.read(body)) != nil else { return nil }
      return reader.finished()
    case 1: guard (try? MISPReader.read(body, into: &version)) != nil else { return nil }
    case let other:
      let format = ListFormat(
        content: contents[Int(other - 2) / 3], layout: layouts[Int(other - 2) % 3])
      guard (try? ListReader.read(body, as: format, into: &version)) != nil else { return nil }
    }
    return version
  }

  private static func check(
    _ value: Indicator.Value, in index: IndicatorIndex, at now: Timestamp
  ) {
    var found: [Indicator.Value] = []
    func take(_ match: IndicatorMatch) { found.append(index.indicator(of: match).value) }
    switch value {
    case .range(let range): index.matches(range, at: now, take)
    case .domain(let name, _):
      let text = Array(name.text.utf8)
      index.matches(authority: 0..<text.count, in: text.span.bytes, at: now, take)
    case .url(let url):
      let text = Array(url.description.utf8)
      let split = url.authority.utf8.count
      index.matches(
        authority: 0..<split, path: split..<text.count, in: text.span.bytes, at: now, take)
    case .userAgent(let agent):
      let text = Array(agent.utf8)
      index.matches(userAgent: 0..<text.count, in: text.span.bytes, at: now, take)
    case .fingerprint(let fingerprint):
      let text = Array(fingerprint.description.utf8)
      index.matches(fingerprint: 0..<text.count, in: text.span.bytes, at: now, take)
    }
    precondition(found.contains(value))
  }
}
