package import MeshModel

/// What no feed can have cut, so that a poisoned one cannot turn the controller on its own mesh.
///
/// A user agent and a TLS fingerprint say nothing of who uses them: that innocent clients share one
/// cannot be seen here, so a match of these alone is weak.
package struct IndicatorExclusions: Hashable, Sendable {
  /// The mesh's own names, and those it depends on.
  package let names: [DomainName]
  package let ranges: [IPPrefix]

  package init(names: [DomainName], ranges: [IPPrefix]) {
    self.names = names
    self.ranges = ranges
  }

  /// Source: RFC 6761, RFC 6762, RFC 8375, and what Kubernetes calls its cluster and services.
  package static let localNames: [DomainName] = [
    "localhost", "localdomain", "local", "internal", "home.arpa", "in-addr.arpa", "ip6.arpa", "svc",
    "cluster.local",
  ].compactMap { DomainName($0) }

  package func exclusion(of value: Indicator.Value) -> Exclusion? {
    switch value {
    case .range(let range): exclusion(of: range)
    case .domain(let name, let subdomains): exclusion(of: name, subdomains: subdomains)
    case .url(let url):
      switch url.host {
      case .name(let name): exclusion(of: name, subdomains: false)
      case .address(let address): exclusion(of: address)
      }
    case .userAgent, .fingerprint: nil
    }
  }

  private func exclusion(of range: IPPrefix) -> Exclusion? {
    let shortest =
      range.family == .v4 ? ThreatLimits.shortestIPv4Length : ThreatLimits.shortestIPv6Length
    if range.length < shortest { return .tooWide(length: range.length, shortest: shortest) }
    func meets(_ other: IPPrefix) -> Bool { range.contains(other) || other.contains(range) }
    if let met = IPPrefix.reserved.first(where: meets) { return .reservedRange(met) }
    return ranges.first(where: meets).map { .protectedRange($0) }
  }

  private func exclusion(of name: DomainName, subdomains: Bool) -> Exclusion? {
    func meets(_ other: DomainName) -> Bool {
      name.isWithin(other) || subdomains && other.isWithin(name)
    }
    if let met = Self.localNames.first(where: meets) { return .localName(met) }
    if let met = names.first(where: meets) { return .protectedName(met) }
    // A name of one label that is no local name is a top-level domain.
    return name.labelCount == 1 ? .topLevelDomain : nil
  }
}
