internal import MeshModel

extension FeedVersion {
  /// The first end of any entry.
  var nextEnd: Timestamp {
    indicators.lazy.map(\.validUntil).min() ?? Timestamp(microseconds: .max)
  }

  /// The larger part of a family's addresses that its blocks take in together.
  var largestAddressShare: Double {
    var ranges: [IPPrefix] = []
    for indicator in indicators {
      if case .range(let range) = indicator.value { ranges.append(range) }
    }
    ranges.sort()
    var shares = (ipv4: 0.0, ipv6: 0.0)
    var last: IPPrefix?
    for range in ranges where last?.contains(range) != true {
      last = range
      if range.family == .v4 { shares.ipv4 += range.share } else { shares.ipv6 += range.share }
    }
    return max(shares.ipv4, shares.ipv6)
  }
}
