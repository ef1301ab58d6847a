/// An identity of the mesh: its proxies, its traffic of the last five whole minutes, and what is done
/// to it.
package struct ServiceView: Codable, Equatable, Sendable {
  /// Requests between it and one other, by the word of the caller's own sidecar.
  package struct Call: Codable, Equatable, Sendable {
    package var peer: String
    package var requestsPerSecond: Double
    /// Of the requests, 0 to 1: nobody answered, or the answer was 5xx.
    package var failedShare: Double
    /// Stopped in the name of an action of ours, of all that were sent; 0 to 1.
    package var deniedShare: Double

    package init(
      peer: String, requestsPerSecond: Double, failedShare: Double, deniedShare: Double
    ) {
      self.peer = peer
      self.requestsPerSecond = requestsPerSecond
      self.failedShare = failedShare
      self.deniedShare = deniedShare
    }
  }

  /// An open action against it.
  package struct Measure: Codable, Equatable, Sendable {
    package var action: String
    package var stage: String
    package var state: String

    package init(action: String, stage: String, state: String) {
      self.action = action
      self.stage = stage
      self.state = state
    }
  }

  package var identity: String
  package var namespace: String?
  package var gateway: Bool
  /// Proxies of it that are known, have a control stream, and report.
  package var proxies: Int
  package var attached: Int
  package var reporting: Int
  /// Requests to it.
  package var requestsPerSecond: Double
  package var failedShare: Double
  package var deniedShare: Double
  /// Of the requests to it, those whose peer proved its identity; nil when none came.
  package var mtlsShare: Double?
  /// The busiest first, and how many more there are than are told.
  package var callers: [Call]
  package var callersLeftOut: Int
  package var callees: [Call]
  package var calleesLeftOut: Int
  package var measures: [Measure]

  package init(
    identity: String, namespace: String?, gateway: Bool, proxies: Int, attached: Int,
    reporting: Int, requestsPerSecond: Double, failedShare: Double, deniedShare: Double,
    mtlsShare: Double?, callers: [Call], callersLeftOut: Int, callees: [Call], calleesLeftOut: Int,
    measures: [Measure]
  ) {
    self.identity = identity
    self.namespace = namespace
    self.gateway = gateway
    self.proxies = proxies
    self.attached = attached
    self.reporting = reporting
    self.requestsPerSecond = requestsPerSecond
    self.failedShare = failedShare
    self.deniedShare = deniedShare
    self.mtlsShare = mtlsShare
    self.callers = callers
    self.callersLeftOut = callersLeftOut
    self.callees = callees
    self.calleesLeftOut = calleesLeftOut
    self.measures = measures
  }
}
