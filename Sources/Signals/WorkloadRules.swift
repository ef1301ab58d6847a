internal import MeshModel

/// Leads from the labels of a signal to the workload it is about.
package struct WorkloadRules: Hashable, Sendable {
  private let rules: [WorkloadRule]

  /// At most 32 count.
  package init(_ rules: [WorkloadRule] = WorkloadRule.builtIn) {
    self.rules = Array(rules.prefix(SignalBounds.rules))
  }

  /// Every rule is asked: two that differ make the signal ambiguous, in whatever order they stand.
  package func attribution(
    of signal: Signal, among known: KnownWorkloads
  ) -> SignalAttribution {
    var named: Set<SPIFFEID> = []
    for rule in rules { named.formUnion(identities(rule, signal.labels, known)) }
    guard let first = named.first else { return .nobody }
    guard named.count == 1 else {
      return .ambiguous(Array(named.sorted().prefix(SignalBounds.candidates)))
    }
    return known.contains(first) ? .subject(first) : .stranger(first)
  }

  private func identities(
    _ rule: WorkloadRule, _ labels: [String: String], _ known: KnownWorkloads
  ) -> Set<SPIFFEID> {
    switch rule {
    case .identity(let label):
      // A label that is no identity names nobody.
      guard let text = labels[label], let identity = try? SPIFFEID(parsing: text) else { return [] }
      return [identity]
    case .pod(let namespace, let pod):
      guard let name = name(namespace, pod, labels) else { return [] }
      return known.holders(ofPod: name)
    case .serviceAccount(let namespace, let account):
      guard let name = name(namespace, account, labels) else { return [] }
      return known.holders(ofAccount: name)
    case .template(let template):
      return template.identity { labels[$0] }.map { [$0] } ?? []
    }
  }

  private func name(
    _ namespace: String, _ name: String, _ labels: [String: String]
  ) -> KnownWorkloads.Name? {
    // Where Prometheus had to rename what a target said, the plain label names the target itself:
    // kube-state-metrics and not the pod it speaks of.
    guard labels["exported_" + namespace] == nil, labels["exported_" + name] == nil,
      let namespace = labels[namespace], let name = labels[name]
    else { return nil }
    return KnownWorkloads.Name(namespace: namespace, name: name)
  }
}
