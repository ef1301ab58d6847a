package import MeshModel

/// What the mesh is to enforce now, and what that means at each proxy.
package struct EnforcementTable: Hashable, Sendable {
  private let prober: SPIFFEID?
  private var enforcements: [ActionID: Enforcement] = [:]
  /// Rises with every change, as the decision core counts them.
  package private(set) var generation: UInt64 = 0

  /// `prober`: the controller's own identity, which asks whether quarantines are in force; nil for
  /// no probes.
  package init(prober: SPIFFEID? = nil) {
    self.prober = prober
  }

  package mutating func apply(_ enforcement: Enforcement, generation: UInt64) {
    enforcements[enforcement.action] = enforcement
    self.generation = max(self.generation, generation)
  }

  package mutating func withdraw(_ action: ActionID, generation: UInt64) {
    enforcements[action] = nil
    self.generation = max(self.generation, generation)
  }

  /// Every proxy presses on a workload's requests, and the workload's own on all it sends; a client
  /// is pressed on by its gateway. What a workload gets is tightened at its own proxies alone.
  ///
  /// A proxy that says it cannot shadow is given no shadow: what it would make of one, nobody wants to
  /// learn on live traffic.
  package func content(
    of filter: Filter, at principal: SPIFFEID, build: ProxyBuild?
  ) -> FilterContent {
    var rules: [Rule] = []
    rules.reserveCapacity(enforcements.count)
    for enforcement in enforcements.values where enforcement.stage.filter == filter {
      if enforcement.isShadow, build?.incapacity(for: enforcement.stage) != nil { continue }
      let name = enforcement.action.description
      func add(_ name: String, _ match: Rule.Match, prober: SPIFFEID? = nil) {
        rules.append(
          Rule(
            name: name, match: match, stage: enforcement.stage, isShadow: enforcement.isShadow,
            notAfter: enforcement.notAfter, prober: prober))
      }
      switch (enforcement.stage, enforcement.subject) {
      // Envoy counts what a shadow limit would stop and names nobody, so there is none.
      case (.throttle, _) where enforcement.isShadow: break
      case (.throttle, .workload(let identity)), (.quarantine, .workload(let identity)):
        let isProbed = enforcement.stage == .quarantine && !enforcement.isShadow
        add(name, .peer(identity), prober: isProbed ? prober : nil)
        if identity == principal { add(name + ".outbound", .ownOutbound) }
      case (.reroute, .workload(let identity)): add(name, .peer(identity))
      case (.throttle, .client(let address, let gateway)),
        (.reroute, .client(let address, let gateway)),
        (.quarantine, .client(let address, let gateway)):
        if gateway == principal { add(name, .client(address)) }
      case (.tightenMTLS, .workload(let identity)):
        if identity == principal { add(name, .unauthenticatedPeer) }
      // A gateway's clients have no certificates to ask for.
      case (.tightenMTLS, .client): break
      }
    }
    return FilterContent(filter: filter, rules: rules)
  }
}
