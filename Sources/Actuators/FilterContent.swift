package import MeshModel

/// The whole content of one filter at one proxy.
package struct FilterContent: Hashable, Sendable {
  package let filter: Filter
  /// Sorted by name.
  package let rules: [Rule]
  /// The same content has the same version in every process.
  package let version: String

  package init(filter: Filter, rules: [Rule]) {
    self.filter = filter
    self.rules = rules.sorted { $0.name < $1.name }
    var hash = StableHash()
    for rule in self.rules {
      hash.combine(rule.name)
      hash.combine(UInt64(bitPattern: rule.notAfter.microseconds))
      switch rule.match {
      case .peer(let identity):
        hash.combine(identity.trustDomain)
        hash.combine(identity.path)
      case .client(let address): hash.combine(address.description)
      case .ownOutbound: hash.combine("")
      case .unauthenticatedPeer: hash.combine("unauthenticated")
      }
      switch rule.stage {
      case .quarantine, .tightenMTLS: hash.combine(rule.stage.name)
      case .throttle(let rate): hash.combine("\(rate.perSecond)/\(rate.burst)")
      case .reroute(let cluster): hash.combine("reroute to \(cluster)")
      }
      if let prober = rule.prober { hash.combine(prober.description) }
      if rule.isShadow { hash.combine("shadow") }
    }
    version = String(hash.value, radix: 16)
  }

  /// When the last rule ends; nil without rules.
  package var notAfter: Timestamp? { rules.map(\.notAfter).max() }
}
