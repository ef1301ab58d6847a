package import Access

/// The operators' interface on the network: where it listens, and whom it lets in.
package struct APISettings: Hashable, Sendable {
  package enum Security: Hashable, Sendable {
    /// PEM files; without `clientCA` nobody is asked for a certificate.
    case tls(certificate: String, key: String, clientCA: String?)
    /// Plaintext; loopback only.
    case insecure
  }

  package var address: Configuration.Address
  package var security: Security
  package var allowedHosts: [String]
  /// The token file; nil where no tokens are taken.
  package var tokens: String?
  package var operators: [OperatorEntry]
  package var login: Login?

  /// Login at a provider.
  package struct Login: Hashable, Sendable {
    package var terms: LoginTerms
    /// Nil for a client without a secret, which PKCE alone protects.
    package var clientSecretFile: String?
  }

  package var hosts: HostList { HostList(allowedHosts, port: address.port) }
}
