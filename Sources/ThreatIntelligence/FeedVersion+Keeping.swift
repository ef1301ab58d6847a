internal import MeshModel

extension FeedVersion {
  /// The first end of any entry.
  var nextEnd: Timestamp {
    indicators.lazy.map(\.validUntil).min() ?? Timestamp(microseconds: .max)
  }

  /// What its blocks take in together, each address once, if that is more than any feed may.
  var excessiveWidth: FeedWidth? {
    var ranges: [IPPrefix] = []
    for indicator in indicators {
      if case .range(let range) = indicator.value { ranges.append(range) }
    }
    ranges.sort()
    var ipv4Addresses = 0.0
    var ipv6Blocks = 0.0
    var last: IPPrefix?
    for range in ranges where last?.contains(range) != true {
      last = range
      switch range.family {
      case .v4: ipv4Addresses += Double(sign: .plus, exponent: 32 - range.length, significand: 1)
      case .v6: ipv6Blocks += Double(sign: .plus, exponent: 32 - range.length, significand: 1)
      }
    }
    if ipv4Addresses > Double(ThreatLimits.ipv4Addresses) {
      return .ipv4(addresses: Int(ipv4Addresses))
    }
    if ipv6Blocks > Double(ThreatLimits.ipv6Blocks) {
      return .ipv6(blocks: Int(ipv6Blocks.rounded(.up)))
    }
    return nil
  }
}
