/// What the running daemon says of itself and of its proxies.
package struct DaemonFacts: Hashable, Sendable {
  package struct Proxy: Hashable, Sendable {
    package var name: String
    package var principal: String
    package var isAttached: Bool
    package var isGateway: Bool
    package var logStreams: Int
    /// For each subscribed filter: pending, accepted, or rejected with the reason.
    package var filters: [String: String]
    /// What it cannot enforce although it takes the filter for it, each with the reason.
    package var incapacities: [String: String]
    /// Whether it dropped entries of its log a short while ago.
    package var isLossy: Bool
    /// Entries it has dropped since it started; nil where nobody can read that.
    package var dropped: UInt64?

    package init(
      name: String, principal: String, isAttached: Bool, isGateway: Bool, logStreams: Int,
      filters: [String: String], incapacities: [String: String], isLossy: Bool, dropped: UInt64?
    ) {
      self.name = name
      self.principal = principal
      self.isAttached = isAttached
      self.isGateway = isGateway
      self.logStreams = logStreams
      self.filters = filters
      self.incapacities = incapacities
      self.isLossy = isLossy
      self.dropped = dropped
    }
  }

  package var processID: Int32
  package var isPaused: Bool
  package var unsafe: String?
  package var isHistoryWritable: Bool
  package var load: String
  package var openActions: Int
  package var proxies: [Proxy]
  /// Gateways of the configuration, by identity.
  package var gateways: [String]
  /// Stages that the policies may bring about, by name, and the filters that these need.
  package var stages: Set<String>
  package var filters: [String]
  /// Nil where the loop does not test itself.
  package var selfTest: SelfTestFacts?
  /// Whether somebody bears an identity that is kept for the self-test.
  package var isImpersonated: Bool

  package init(
    processID: Int32, isPaused: Bool, unsafe: String?, isHistoryWritable: Bool, load: String,
    openActions: Int, proxies: [Proxy], gateways: [String], stages: Set<String>,
    filters: [String], selfTest: SelfTestFacts? = nil, isImpersonated: Bool = false
  ) {
    self.processID = processID
    self.isPaused = isPaused
    self.unsafe = unsafe
    self.isHistoryWritable = isHistoryWritable
    self.load = load
    self.openActions = openActions
    self.proxies = proxies
    self.gateways = gateways
    self.stages = stages
    self.filters = filters
    self.selfTest = selfTest
    self.isImpersonated = isImpersonated
  }

  package var findings: [Finding] { state + [loopTest, coverage] + absentGateways + sickProxies }

  private var state: [Finding] {
    var findings = [
      Finding.ok("daemon", "process \(processID) answers, \(openActions) actions open")
    ]
    if let unsafe {
      findings.append(
        .fail(
          "acting", "stopped: \(unsafe)",
          fix: isHistoryWritable
            ? "report it with the history, then start Flyball again; releases go on meanwhile"
            : "mend the history's disk, then start Flyball again; releases go on meanwhile"))
    } else if isPaused {
      findings.append(
        .warn("acting", "paused: no new action starts; releases go on", fix: "flyball resume"))
    } else {
      findings.append(.ok("acting", "new actions may start"))
    }
    if isImpersonated {
      findings.append(
        .fail(
          "identities",
          "an access log names a caller below /flyball/self-test, which no workload may be",
          fix: "find who issued that certificate, and to whom; then start Flyball again"))
    }
    if load == "normal" {
      findings.append(.ok("load", "normal"))
    } else {
      findings.append(
        .warn(
          "load", "\(load): telemetry comes faster than it is scored",
          fix: "fewer proxies for each controller, or a faster machine"))
    }
    return findings
  }

  private var loopTest: Finding {
    selfTest?.finding
      ?? .ok("self-test", "off: selfTest.every says so, or no proxy has a 'probe'")
  }

  private var coverage: Finding {
    guard !proxies.isEmpty else {
      return .warn(
        "proxies", "none is connected", fix: "attach Envoys as docs/OPERATING.md says")
    }
    let attached = proxies.count(where: \.isAttached)
    let reporting = proxies.count { $0.logStreams > 0 }
    let whole = proxies.count { fault(of: $0) == nil }
    let detail =
      "\(proxies.count) known, \(attached) attached, \(reporting) reporting, \(whole) without fault"
    // A release on a low score wants half of the scope.
    return reporting * 2 < proxies.count || attached * 2 < proxies.count
      ? .fail("proxies", detail, fix: "see below which, and why")
      : .ok("proxies", detail)
  }

  private var absentGateways: [Finding] {
    let present = Set(proxies.map(\.principal))
    return gateways.filter { !present.contains($0) }.map {
      .warn(
        "gateway", "\($0) is configured, and no proxy of it is connected",
        fix: "attach it, or correct mesh.gateways")
    }
  }

  /// Each by name, as far as a person reads on.
  private var sickProxies: [Finding] {
    let sick = proxies.compactMap { proxy in fault(of: proxy).map { (proxy, $0) } }
    var findings = sick.prefix(Self.maximumProxies).map { proxy, fault in
      Finding.warn("proxy \(proxy.name)", fault.detail, fix: fault.fix)
    }
    if sick.count > Self.maximumProxies {
      findings.append(
        .warn(
          "proxies", "\(sick.count - Self.maximumProxies) more have faults",
          fix: "mend these first; flyball get nodes lists all"))
    }
    return findings
  }

  private func fault(of proxy: Proxy) -> (detail: String, fix: String)? {
    guard proxy.isAttached else {
      return (
        "is not attached: nothing can be enforced there",
        "check its ADS cluster, certificate and node.id (\(proxy.principal))"
      )
    }
    let missing = filters.filter { proxy.filters[$0] == nil }
    if !missing.isEmpty {
      return (
        "does not subscribe to \(missing.listed)",
        "add the filter with config_discovery, as deploy/envoy/sidecar.yaml does"
      )
    }
    let unable = proxy.incapacities.filter { stages.contains($0.key) }
    if !unable.isEmpty {
      return (
        "cannot \(unable.keys.sorted().listed): \(Set(unable.values).sorted().joined(separator: "; "))",
        "run a supported Envoy there"
      )
    }
    for name in filters {
      guard let standing = proxy.filters[name], standing != "accepted" else { continue }
      return standing == "pending"
        ? ("has not answered for \(name)", "see whether the proxy is stuck or far away")
        : (
          "\(name) \(standing)",
          "run a supported Envoy; its own log says what it cannot take"
        )
    }
    if proxy.logStreams == 0 {
      return (
        "sends no access log: what it sees counts for nothing",
        "add the access log, as deploy/envoy/sidecar.yaml does"
      )
    }
    if proxy.isLossy {
      let count = proxy.dropped.map { " (\($0) since it started)" } ?? ""
      return (
        "drops entries of its access log\(count): its silence proves nothing",
        "raise buffer_size_bytes of its access log, or look for a slow network"
      )
    }
    return nil
  }

  private static let maximumProxies = 20
}
