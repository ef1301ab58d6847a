/// What one proxy saw of one request or connection.
package struct Observation: Hashable, Sendable {
  /// When the request began, on the reporter's clock.
  package var start: Timestamp
  package var reporter: ProxyID
  package var vantage: Vantage
  package var source: SPIFFEID
  package var destination: Destination
  /// The path without its query; empty for a connection.
  package var path: String
  package var outcome: Outcome

  package init(
    start: Timestamp, reporter: ProxyID, vantage: Vantage, source: SPIFFEID,
    destination: Destination, path: String, outcome: Outcome
  ) {
    self.start = start
    self.reporter = reporter
    self.vantage = vantage
    self.source = source
    self.destination = destination
    self.path = path
    self.outcome = outcome
  }
}

/// On which side of the request the reporting proxy stands.
package enum Vantage: Hashable, Sendable, Codable {
  /// The caller's own sidecar, outbound.
  case source
  /// The called workload's sidecar, inbound.
  case destination
}

/// Where a request went.
package enum Destination: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  case workload(SPIFFEID)
  /// A cluster or host name that the configuration maps to no workload.
  case unresolved(String)

  package var description: String {
    switch self {
    case .workload(let identity): identity.name
    case .unresolved(let name): name
    }
  }
}

/// How a request ended.
package enum Outcome: Hashable, Sendable {
  /// A response was sent. `byUpstream`: it came from the called side, not from the reporting proxy.
  case answered(status: UInt16, byUpstream: Bool = true)
  /// A TCP connection was carried.
  case connected
  /// No route, no cluster, no healthy host, or no connection: nobody answered.
  case unreachable
  /// Denied by an action of ours.
  case denied(by: ActionID)
  /// Limited by the local rate limit filter at the reporting proxy.
  case limited
}
