package import MeshModel

extension ProxyReport {
  /// Why the proxy cannot enforce the stage, as far as it told; nil when nothing speaks against it.
  ///
  /// A proxy that is away may come back able, and one that is no Envoy does not say its build: only
  /// proof can tell then.
  package func incapacity(for stage: Stage) -> String? {
    guard isAttached else { return nil }
    guard filters[stage.filter] != nil else { return stage.notSubscribed }
    return build?.incapacity(for: stage)
  }
}

extension ProxyReport {
  /// The stages that it cannot enforce although it takes their filter, by name, each with the reason.
  package var incapacities: [String: String] {
    let stages: [Stage?] = [
      .throttle(Rate(perSecond: 1, burst: 1)), .quarantine, .tightenMTLS,
      ClusterName(parsing: "any").map { .reroute(to: $0) },
    ]
    var reasons: [String: String] = [:]
    for case let stage? in stages where filters[stage.filter] != nil {
      reasons[stage.name] = incapacity(for: stage)
    }
    return reasons
  }
}

extension ProxyBuild {
  func incapacity(for stage: Stage) -> String? {
    if version < stage.oldestEnvoy {
      return "runs Envoy \(version), and \(stage.name) needs \(stage.oldestEnvoy)"
    }
    let missing = stage.filter.neededExtensions.filter { !extensions.contains($0) }
    return missing.isEmpty ? nil : "lacks \(missing.joined(separator: ", "))"
  }
}

extension Stage {
  package var notSubscribed: String { "does not subscribe to \(filter.rawValue)" }

  /// The first Envoy that has all that Flyball sends for the stage. An older one may skip a field it
  /// does not know, and acknowledge.
  ///
  /// Source: Envoy's change logs and pull requests. 1.30 lets the RBAC filter's matcher ask for
  /// attributes, 1.32 has the local rate limit filter's own `rate_limits`, 1.34 `clearRouteCache` in Lua.
  var oldestEnvoy: ProxyBuild.Version {
    switch self {
    case .quarantine, .tightenMTLS: ProxyBuild.Version(1, 30)
    case .throttle: ProxyBuild.Version(1, 32)
    case .reroute: ProxyBuild.Version(1, 34)
    }
  }
}

extension Filter {
  /// Names of the Envoy extensions without which the filter is nothing; an Envoy that lacks another
  /// part of its content rejects it.
  package var neededExtensions: [String] {
    switch self {
    case .rbac: ["envoy.filters.http.rbac"]
    case .throttle: ["envoy.filters.http.local_ratelimit", "envoy.rate_limit_descriptors.expr"]
    case .route: ["envoy.filters.http.lua"]
    }
  }
}
