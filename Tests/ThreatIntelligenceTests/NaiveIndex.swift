internal import MeshModel
internal import ThreatIntelligence

/// What an index must find, by looking at every indicator.
struct NaiveIndex {
  var indicators: [Indicator]

  /// The lengths of the blocks around `range`, longest first, with their feeds.
  func blocks(around range: IPPrefix, at now: Timestamp) -> [String] {
    indicators.filter { indicator in
      guard case .range(let block) = indicator.value else { return false }
      return block.contains(range) && indicator.holds(at: now)
    }
    .map(\.tellingAll).sorted()
  }

  func names(of host: String, at now: Timestamp) -> [String] {
    let host = host.lowercased()
    return indicators.filter { indicator in
      guard case .domain(let name, let subdomains) = indicator.value else { return false }
      return indicator.holds(at: now)
        && (host == name.text || subdomains && host.hasSuffix("." + name.text))
    }
    .map(\.tellingAll).sorted()
  }
}

extension Indicator {
  /// Everything it holds, to compare by.
  var tellingAll: String {
    "\(value) \(provenance.feed) \(provenance.id) \(provenance.link ?? "-") \(confidence) "
      + "\(validFrom.second) \(validUntil.second) \(endIsGiven)"
  }
}

extension IndicatorIndex {
  func telling(_ range: IPPrefix, at now: Timestamp = readAt) -> [Indicator] {
    var found: [Indicator] = []
    matches(range, at: now) { found.append(indicator(of: $0)) }
    return found
  }

  func telling(authority: String, at now: Timestamp = readAt) -> [Indicator] {
    var found: [Indicator] = []
    let text = Array("<\(authority)>".utf8)
    matches(authority: 1..<text.count - 1, in: text.span.bytes, at: now) {
      found.append(indicator(of: $0))
    }
    return found
  }

  func telling(authority: String, path: String, at now: Timestamp = readAt) -> [Indicator] {
    var found: [Indicator] = []
    let text = Array((authority + path).utf8)
    matches(
      authority: 0..<authority.utf8.count, path: authority.utf8.count..<text.count,
      in: text.span.bytes, at: now
    ) { found.append(indicator(of: $0)) }
    return found
  }

  func telling(userAgent: String, at now: Timestamp = readAt) -> [Indicator] {
    var found: [Indicator] = []
    let text = Array(userAgent.utf8)
    matches(userAgent: 0..<text.count, in: text.span.bytes, at: now) {
      found.append(indicator(of: $0))
    }
    return found
  }

  func telling(fingerprint: String, at now: Timestamp = readAt) -> [Indicator] {
    var found: [Indicator] = []
    let text = Array(fingerprint.utf8)
    matches(fingerprint: 0..<text.count, in: text.span.bytes, at: now) {
      found.append(indicator(of: $0))
    }
    return found
  }
}
