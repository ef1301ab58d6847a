package import MeshModel

/// What an order would come to if it were given now.
package struct OrderForecast: Hashable, Sendable {
  /// Why it would not be carried out; nil if it would.
  package var refusal: CommandRefusal?
  /// What the proxies would be told.
  package var enforcement: Enforcement
  /// Those that would be told, with the reason why one cannot do it.
  package var scope: [ProxyID: String?]

  package init(
    refusal: CommandRefusal?, enforcement: Enforcement, scope: [ProxyID: String?]
  ) {
    self.refusal = refusal
    self.enforcement = enforcement
    self.scope = scope
  }
}
