package import MeshModel

/// Turns a record into an observation: who called whom, as far as the reporter can know it.
///
/// A reporter speaks only of itself: inbound it is the destination, outbound it is the source. The
/// other end comes from the certificate it verified (inbound) or the cluster it chose (outbound),
/// never from headers.
package struct Attribution: Sendable {
  private let trustDomain: String
  private let services: ServiceMap

  package init(trustDomain: String, services: ServiceMap) {
    self.trustDomain = trustDomain
    self.services = services
  }

  package func observation(
    of record: AccessLogRecord, listener: Listener, reporter: ProxyID, receivedAt: Timestamp
  ) throws(Rejection) -> Observation {
    guard record.isFinal else { throw .notFinal }
    let source: SPIFFEID
    let destination: Destination
    switch listener {
    case .inbound:
      source = try peer(of: record)
      destination = .workload(reporter.principal)
    case .outbound:
      source = reporter.principal
      destination = services.destination(
        cluster: record.upstreamCluster, authority: record.authority)
    case .ingress:
      throw .external
    }
    return Observation(
      start: start(of: record, receivedAt: receivedAt), reporter: reporter,
      vantage: listener == .inbound ? .destination : .source, source: source,
      destination: destination, path: Self.path(of: record), outcome: Self.outcome(of: record))
  }

  private func peer(of record: AccessLogRecord) throws(Rejection) -> SPIFFEID {
    guard record.peerURIs.count == 1, let uri = record.peerURIs.first,
      let identity = try? SPIFFEID(parsing: uri)  // A name of another kind is no identity.
    else { throw .noPeerIdentity }
    guard identity.trustDomain == trustDomain else { throw .foreignTrustDomain }
    return identity
  }

  private func start(of record: AccessLogRecord, receivedAt: Timestamp) -> Timestamp {
    guard let start = record.start,
      abs(start.milliseconds(since: receivedAt)) <= Self.maximumSkewMilliseconds
    else { return receivedAt }
    return start
  }

  private static func outcome(of record: AccessLogRecord) -> Outcome {
    if let action = deniedBy(details: record.details) { return .denied(by: action) }
    if record.isRateLimited, record.details == "local_rate_limited" { return .limited }
    if record.isUnreachable { return .unreachable }
    switch record.transport {
    case .tcp: return .connected
    case .http:
      return .answered(
        status: UInt16(clamping: record.status),
        byUpstream: record.details.hasPrefix("via_upstream"))
    }
  }

  /// Envoy puts the policy's name between brackets, and ours is `<action id>[.outbound]`.
  private static func deniedBy(details: String) -> ActionID? {
    let prefix = "rbac_access_denied_matched_policy["
    guard details.hasPrefix(prefix), details.hasSuffix("]") else { return nil }
    let policy = details.dropFirst(prefix.count).dropLast()
    return ActionID(parsing: policy.prefix { $0 != "." })
  }

  private static func path(of record: AccessLogRecord) -> String {
    String(
      cutting: record.path.prefix { $0 != "?" && $0 != "#" }, toBytes: maximumPathBytes)
  }

  /// Milliseconds; past it the reporter's clock is not trusted and the time of receipt is used.
  private static let maximumSkewMilliseconds = 120_000.0
  private static let maximumPathBytes = 256
}
