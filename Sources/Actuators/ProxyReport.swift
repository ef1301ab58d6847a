package import MeshModel

/// What the control plane knows of one proxy: a whole snapshot, so repeats do no harm.
package struct ProxyReport: Hashable, Sendable {
  package var proxy: ProxyID
  /// Whether its control stream is open.
  package var isAttached: Bool
  /// The enforcement generation that `filters` speaks of.
  package var generation: UInt64
  /// Standing of each subscribed filter; a filter that is absent is not subscribed.
  package var filters: [Filter: DeltaSession.Status]
  /// Nil when it did not say, or is not attached.
  package var build: ProxyBuild?

  package init(
    proxy: ProxyID, isAttached: Bool, generation: UInt64,
    filters: [Filter: DeltaSession.Status], build: ProxyBuild? = nil
  ) {
    self.proxy = proxy
    self.isAttached = isAttached
    self.generation = generation
    self.filters = filters
    self.build = build
  }
}
