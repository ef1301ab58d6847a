internal import ConfigurationYAML
internal import MeshServerGRPC

extension Configuration {
  /// How the listener for proxies knows them.
  var proxyIdentity: PeerIdentity { identity(security) }

  var proxySecurity: MeshServer.Security {
    switch security {
    case .mutualTLS(let certificate, let key, let clientRoots):
      .mutualTLS(certificatePath: certificate, keyPath: key, rootsPath: clientRoots)
    case .insecure: .plaintext
    }
  }

  func identity(_ security: ProxySecurity) -> PeerIdentity {
    switch security {
    case .mutualTLS: .certificate(trustDomain: trustDomain)
    case .insecure: .claimed(trustDomain: trustDomain)
    }
  }
}
