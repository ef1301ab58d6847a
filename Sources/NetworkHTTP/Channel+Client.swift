package import MeshModel
package import NIOCore
internal import NIOSSL
internal import SwiftASN1
internal import X509

extension Channel {
  /// What stands for the client at the other end.
  package var clientAddress: IPPrefix? {
    remoteAddress?.ipAddress.flatMap { IPPrefix(client: $0) }
  }

  /// The SPIFFE IDs of the certificate that the client showed and the listener verified; none over
  /// plaintext.
  package func clientIdentities() async throws -> [SPIFFEID] {
    let isSecure = try await pipeline.handler(type: NIOSSLServerHandler.self).map { _ in true }
      .flatMapErrorThrowing { _ in false }.get()
    guard isSecure, let peer = try await nioSSL_peerCertificate().get(),
      let certificate = try? Certificate(derEncoded: try peer.toDERBytes()),
      let names = try? certificate.extensions.subjectAlternativeNames  // Unreadable: none.
    else { return [] }
    return names.compactMap { name in
      guard case .uniformResourceIdentifier(let uri) = name else { return nil }
      return try? SPIFFEID(parsing: uri)  // What is none names nobody here.
    }
  }
}
