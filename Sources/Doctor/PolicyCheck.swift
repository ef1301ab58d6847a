package import FeedbackLoop
internal import MeshModel

/// Finds policies that are valid and yet do nothing, or less than they say.
package struct PolicyCheck {
  private let policies: [ResponsePolicy]
  private let limits: LoopLimits
  private let trustDomain: String
  /// Namespaces of the attached proxies' workloads; nil where no daemon could be asked.
  private let namespaces: Set<String>?

  package init(
    policies: [ResponsePolicy], limits: LoopLimits, trustDomain: String, namespaces: Set<String>?
  ) {
    self.policies = policies
    self.limits = limits
    self.trustDomain = trustDomain
    self.namespaces = namespaces
  }

  package var findings: [Finding] {
    var findings: [Finding] = []
    if let pattern = limits.protected.first(where: { covers($0, prefix: everybody) }) {
      findings.append(
        .warn(
          "limits.protected", "'\(pattern)' protects every workload, so nothing is ever done",
          fix: "name only what must never be a subject"))
    }
    for (index, policy) in policies.enumerated() {
      let faults = faults(of: policy, at: index)
      let what = "policy \(policy.name)"
      findings += faults.map { .warn(what, $0.detail, fix: $0.fix) }
      if faults.isEmpty {
        findings.append(
          .ok(what, "\(policy.mode.rawValue), \(policy.matches.map(\.detector.rawValue).listed)"))
      }
    }
    return findings
  }

  private func faults(of policy: ResponsePolicy, at index: Int) -> [(detail: String, fix: String)] {
    var faults: [(detail: String, fix: String)] = []
    if let earlier = policies[..<index].first(where: { Self.shadows($0, policy) }) {
      faults.append(
        (
          "answers no detection first: '\(earlier.name)' comes before it and matches all it matches",
          "move it before '\(earlier.name)' (files are read in the order of their names), or narrow"
            + " that one"
        ))
    }
    if let pattern = policy.scope.never.first(where: { never in
      covers(never, prefix: everybody)
        || !policy.scope.namespaces.isEmpty
          && policy.scope.namespaces.allSatisfy { covers(never, prefix: everybody + "ns/\($0)/") }
    }) {
      faults.append(
        (
          "scope.never '\(pattern)' leaves nobody to act on",
          "name only what must never be a subject of this policy"
        ))
    }
    if let foreign = policy.scope.never.first(where: { $0.trustDomain != trustDomain }) {
      faults.append(
        (
          "scope.never '\(foreign)' is of another trust domain than '\(trustDomain)': it matches nobody",
          "correct it"
        ))
    }
    if let namespaces {
      let absent = policy.scope.namespaces.filter { !namespaces.contains($0) }
      if !absent.isEmpty {
        faults.append(
          (
            "no attached proxy is of namespace \(absent.listed)",
            "correct scope.namespaces (attached are \(namespaces.isEmpty ? "none" : namespaces.sorted().listed))"
          ))
      }
    }
    if policy.scope.clients, limits.gateways.isEmpty {
      faults.append(
        ("it is for clients of gateways, and there is none", "list the gateways in mesh.gateways"))
    }
    if policy.mode != .observe, policy.revert.ttlMilliseconds > limits.maxTTLMilliseconds {
      faults.append(
        (
          "its revert.ttl of \(policy.revert.ttlMilliseconds / 1000) s is cut to limits.maxTTL,"
            + " \(limits.maxTTLMilliseconds / 1000) s",
          "shorten revert.ttl, or raise limits.maxTTL"
        ))
    }
    return faults
  }

  private var everybody: String { "spiffe://\(trustDomain)/" }

  /// Whether the pattern matches every identity that begins with `prefix`.
  private func covers(_ pattern: SPIFFEPattern, prefix: String) -> Bool {
    pattern.description.hasSuffix("*") && prefix.hasPrefix(pattern.description.dropLast())
  }

  /// Whether every detection that `later` matches is matched by `earlier`.
  private static func shadows(_ earlier: ResponsePolicy, _ later: ResponsePolicy) -> Bool {
    // Shadows, and what tightens, stand beside the others.
    guard (earlier.mode == .shadow) == (later.mode == .shadow),
      (earlier.steps[0].stage == .tightenMTLS) == (later.steps[0].stage == .tightenMTLS),
      earlier.scope.clients == later.scope.clients,
      Set(earlier.scope.never).isSubset(of: later.scope.never),
      earlier.scope.namespaces.isEmpty
        || !later.scope.namespaces.isEmpty
          && Set(later.scope.namespaces).isSubset(of: earlier.scope.namespaces)
    else { return false }
    return later.matches.allSatisfy { match in
      earlier.matches.contains {
        $0.detector == match.detector && $0.above <= match.above
          && ($0.rules == nil || $0.rules == match.rules)
      }
    }
  }
}

extension [String] {
  /// Each once, in this order.
  var listed: String {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }.joined(separator: ", ")
  }
}
