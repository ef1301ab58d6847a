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

  /// Every proxy refuses a workload's requests, and the workload's own also refuses all it sends; a
  /// client is refused by its gateway.
  package func content(of filter: Filter, at principal: SPIFFEID) -> FilterContent {
    var rules: [Rule] = []
    rules.reserveCapacity(enforcements.count)
    for enforcement in enforcements.values where enforcement.stage.filter == filter {
      let name = enforcement.action.description
      func add(_ name: String, _ match: Rule.Match, prober: SPIFFEID? = nil) {
        rules.append(
          Rule(
            name: name, match: match, stage: enforcement.stage, notAfter: enforcement.notAfter,
            prober: prober))
      }
      switch enforcement.subject {
      case .workload(let identity):
        add(
          name, .peer(identity), prober: enforcement.stage == .quarantine ? prober : nil)
        if identity == principal { add(name + ".outbound", .ownOutbound) }
      case .client(let address, let gateway):
        if gateway == principal { add(name, .client(address)) }
      }
    }
    return FilterContent(filter: filter, rules: rules)
  }
}
