package import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
package import MeshModel
package import X509

/// How the identity of the proxy behind a call is known.
package enum PeerIdentity: Sendable {
  /// From its certificate: exactly one URI name, a SPIFFE ID of this trust domain.
  case certificate(trustDomain: String)
  /// From what the peer says of itself, unproved: only for plaintext on loopback.
  case claimed(trustDomain: String)

  /// `claim`: what the peer says it is. Fails with `unauthenticated` or `permissionDenied`, saying
  /// what is wrong.
  package func identify(_ context: ServerContext, claim: String) throws(RPCError) -> SPIFFEID {
    let peer = context.transportSpecific as? HTTP2ServerTransport.Posix.Context
    return try identify(peer?.peerCertificate, claim: claim)
  }

  package func identify(
    _ certificate: Certificate?, claim: String
  ) throws(RPCError) -> SPIFFEID {
    switch self {
    case .certificate(let trustDomain):
      let names = Self.uriNames(certificate)
      guard names.count == 1, let name = names.first else {
        throw RPCError(
          code: .unauthenticated,
          message: "the client certificate needs exactly one URI name, it has \(names.count)")
      }
      return try Self.identity(name, trustDomain: trustDomain)
    case .claimed(let trustDomain):
      return try Self.identity(claim, trustDomain: trustDomain)
    }
  }

  private static func identity(
    _ text: String, trustDomain: String
  ) throws(RPCError) -> SPIFFEID {
    let identity: SPIFFEID
    do {
      identity = try SPIFFEID(parsing: text)
    } catch {
      throw RPCError(code: .unauthenticated, message: "not a SPIFFE ID: \(error)")
    }
    guard identity.trustDomain == trustDomain else {
      throw RPCError(
        code: .permissionDenied,
        message: "trust domain \(identity.trustDomain) is not \(trustDomain)")
    }
    guard !identity.isReserved else {
      throw RPCError(
        code: .permissionDenied, message: "\(identity) is kept for Flyball's self-test")
    }
    return identity
  }

  private static func uriNames(_ certificate: Certificate?) -> [String] {
    guard let certificate,
      let names = try? certificate.extensions.subjectAlternativeNames  // Unreadable: none.
    else { return [] }
    return names.compactMap { name in
      if case .uniformResourceIdentifier(let uri) = name { uri } else { nil }
    }
  }
}
