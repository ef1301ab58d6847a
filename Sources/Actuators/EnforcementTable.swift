package import MeshModel

/// What the mesh is to enforce now, and what that means at each proxy.
package struct EnforcementTable: Hashable, Sendable {
  private var enforcements: [ActionID: Enforcement] = [:]
  /// Rises with every change, as the decision core counts them.
  package private(set) var generation: UInt64 = 0

  package init() {}

  package mutating func apply(_ enforcement: Enforcement, generation: UInt64) {
    enforcements[enforcement.action] = enforcement
    self.generation = max(self.generation, generation)
  }

  package mutating func withdraw(_ action: ActionID, generation: UInt64) {
    enforcements[action] = nil
    self.generation = max(self.generation, generation)
  }

  /// Every proxy refuses the subject's requests; the subject's own also refuses all it sends.
  package func content(of filter: Filter, at principal: SPIFFEID) -> FilterContent {
    var rules: [Rule] = []
    for enforcement in enforcements.values where enforcement.stage.filter == filter {
      let name = enforcement.action.description
      rules.append(
        Rule(
          name: name, match: .peer(enforcement.subject), stage: enforcement.stage,
          notAfter: enforcement.notAfter))
      if enforcement.subject == principal {
        rules.append(
          Rule(
            name: name + ".outbound", match: .ownOutbound, stage: enforcement.stage,
            notAfter: enforcement.notAfter))
      }
    }
    return FilterContent(filter: filter, rules: rules)
  }
}
