package import MeshModel

/// What a connection and a request say of who sent it, before anything is believed.
package struct CallerFacts: Hashable, Sendable {
  /// The other end of the connection.
  package var address: IPPrefix?
  /// Identities in the client certificate that the listener has verified.
  package var certificates: [SPIFFEID]
  /// Every `Authorization` header.
  package var authorization: [String]
  /// Every session cookie.
  package var cookies: [String]

  package init(
    address: IPPrefix?, certificates: [SPIFFEID], authorization: [String], cookies: [String]
  ) {
    self.address = address
    self.certificates = certificates
    self.authorization = authorization
    self.cookies = cookies
  }
}
