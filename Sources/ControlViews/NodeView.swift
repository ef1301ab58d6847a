/// One proxy as the API shows it.
package struct NodeView: Codable, Equatable, Sendable {
  package var node: String
  package var principal: String
  package var attached: Bool
  package var reporting: Bool
  package var gateway: Bool
  /// Open access log streams.
  package var logStreams: Int
  /// Entries of its access log it dropped since it started, where that can be read.
  package var dropped: UInt64?
  /// Whether it dropped some a short while ago.
  package var lossy: Bool
  /// Of Envoy, by its own word; nil while it is not attached.
  package var version: String?
  /// What it cannot enforce although it takes the filter for it, each with the reason.
  package var incapacities: [String: String]
  /// For each subscribed filter: pending, accepted, or rejected with the reason.
  package var filters: [String: String]

  package init(
    node: String, principal: String, attached: Bool, reporting: Bool, gateway: Bool,
    logStreams: Int, dropped: UInt64?, lossy: Bool, version: String?,
    incapacities: [String: String], filters: [String: String]
  ) {
    self.node = node
    self.principal = principal
    self.attached = attached
    self.reporting = reporting
    self.gateway = gateway
    self.logStreams = logStreams
    self.dropped = dropped
    self.lossy = lossy
    self.version = version
    self.incapacities = incapacities
    self.filters = filters
  }
}
