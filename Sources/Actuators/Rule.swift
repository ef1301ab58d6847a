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
  }

  package var name: String
  package var match: Match
  package var stage: Stage
  package var notAfter: Timestamp
  /// The identity whose probes of the action the rule denies, too; nil for none.
  package var prober: SPIFFEID?

  package init(
    name: String, match: Match, stage: Stage, notAfter: Timestamp, prober: SPIFFEID? = nil
  ) {
    self.name = name
    self.match = match
    self.stage = stage
    self.notAfter = notAfter
    self.prober = prober
  }

  package var action: ActionID? { ActionID(parsing: name.prefix { $0 != "." }) }
}
