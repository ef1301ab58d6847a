internal import MeshModel

/// What stands behind the names of a log: who may be a caller, and which workload is called.
package struct Attribution: Sendable {
  private let trustDomain: String
  private let services: ServiceMap

  package init(trustDomain: String, services: ServiceMap) {
    self.trustDomain = trustDomain
    self.services = services
  }

  func name(_ text: String, _ kind: StreamNames.Kind) throws(Rejection) -> Destination {
    switch kind {
    case .service: services.destination(text)
    case .peer: .workload(try peer(text))
    }
  }

  private func peer(_ uri: String) throws(Rejection) -> SPIFFEID {
    guard let identity = try? SPIFFEID(parsing: uri)  // A name of another kind is no identity.
    else { throw .noPeerIdentity }
    guard identity.trustDomain == trustDomain else { throw .foreignTrustDomain }
    return identity
  }
}
