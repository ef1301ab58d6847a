package import MeshModel

/// What no plan may exceed, from the configuration.
package struct PlanBounds: Sendable {
  package var maxActive: Int
  package var maxActiveClients: Int
  package var maxTTLMilliseconds: Int64
  /// How late after its first intent operators may move the deadline of an action.
  package var maxContinuousMilliseconds: Int64
  package var gateways: Set<SPIFFEID>
  /// Identities that are never acted on: the controller's own, and what the operator protects.
  package var protected: [SPIFFEPattern]
  package var protectedClients: [IPPrefix]
  /// The offender of the self-test, which does not exist; nil where there is no such test.
  package var selfTest: SPIFFEID?

  package init(
    maxActive: Int, maxActiveClients: Int, maxTTLMilliseconds: Int64,
    maxContinuousMilliseconds: Int64, gateways: Set<SPIFFEID>, protected: [SPIFFEPattern],
    protectedClients: [IPPrefix], selfTest: SPIFFEID? = nil
  ) {
    self.maxActive = maxActive
    self.maxActiveClients = maxActiveClients
    self.maxTTLMilliseconds = maxTTLMilliseconds
    self.maxContinuousMilliseconds = maxContinuousMilliseconds
    self.gateways = gateways
    self.protected = protected
    self.protectedClients = protectedClients
    self.selfTest = selfTest
  }

  /// Loopback, link-local and unspecified addresses.
  private static let own = ["127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8", "::/64", "fe80::/10"]
    .compactMap { IPPrefix($0) }

  func maxActive(clients: Bool) -> Int { clients ? maxActiveClients : maxActive }

  /// Why the subject must not be touched; nil when it may.
  func protects(_ subject: Subject) -> String? {
    switch subject {
    case .workload(let identity):
      if identity.isReserved { return "it is kept for the self-test" }
      if gateways.contains(identity) { return "it is a gateway" }
      return protected.contains { $0.matches(identity) } ? "it is protected" : nil
    case .client(let address, let gateway):
      guard gateways.contains(gateway) else { return "\(gateway) is no gateway" }
      guard Self.own.allSatisfy({ !$0.contains(address) && !address.contains($0) }) else {
        return "it is this machine's"
      }
      guard address.length >= (address.family == .v4 ? 32 : 64) else {
        return "it is more than one client"
      }
      return protectedClients.contains { $0.contains(address) || address.contains($0) }
        ? "it is protected" : nil
    }
  }
}
