package import MeshModel

/// What stands behind the names of a log: who may be a caller, and which workload is called.
package struct Attribution: Sendable {
  private let trustDomain: String
  private let services: ServiceMap
  private let own: SPIFFEID?
  /// Whether the log is the self-test's own, which alone may speak of its identities.
  private let isSelfTest: Bool

  /// `own`: the controller's identity, whose requests are nobody's traffic; nil when it has none.
  package init(trustDomain: String, services: ServiceMap, own: SPIFFEID? = nil) {
    self.trustDomain = trustDomain
    self.services = services
    self.own = own
    isSelfTest = false
  }

  init(selfTest trustDomain: String, services: ServiceMap) {
    self.trustDomain = trustDomain
    self.services = services
    own = nil
    isSelfTest = true
  }

  func service(_ text: String) -> Destination { services.destination(text) }

  /// A client of a gateway, by the address at the other end of its socket.
  static func client(_ text: String, at gateway: SPIFFEID) throws(Rejection) -> Subject {
    guard let address = IPPrefix(client: text) else { throw .noClientAddress }
    return .client(address, at: gateway)
  }

  func peer(_ uri: String) throws(Rejection) -> SPIFFEID {
    guard let identity = try? SPIFFEID(parsing: uri)  // A name of another kind is no identity.
    else { throw .noPeerIdentity }
    guard identity.trustDomain == trustDomain else { throw .foreignTrustDomain }
    guard identity != own else { throw .own }
    guard identity.isReserved == isSelfTest else { throw .reserved }
    return identity
  }
}
