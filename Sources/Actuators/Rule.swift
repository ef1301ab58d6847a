package import MeshModel

/// One enforced rule as one proxy sees it.
package struct Rule: Hashable, Sendable {
  /// Whose requests the rule applies to.
  package enum Match: Hashable, Sendable {
    /// Requests that arrive with this identity.
    case peer(SPIFFEID)
    /// Requests over a connection from this address.
    case client(IPPrefix)
    /// Every request the proxy's own workload sends.
    case ownOutbound
    /// Requests that arrive at the proxy's own workload from a peer that shows no certificate.
    case unauthenticatedPeer
  }

  package var name: String
  package var match: Match
  package var stage: Stage
  /// Whether the proxy only says what it would have done.
  package var isShadow: Bool
  package var notAfter: Timestamp
  /// The identity whose probes of the action the rule denies, too; nil for none.
  package var prober: SPIFFEID?

  package init(
    name: String, match: Match, stage: Stage, isShadow: Bool = false, notAfter: Timestamp,
    prober: SPIFFEID? = nil
  ) {
    self.name = name
    self.match = match
    self.stage = stage
    self.isShadow = isShadow
    self.notAfter = notAfter
    self.prober = prober
  }

  package var action: ActionID? { ActionID(parsing: name.prefix { $0 != "." }) }
}
