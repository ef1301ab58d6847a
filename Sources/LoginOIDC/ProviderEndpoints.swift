internal import Access
internal import Foundation

/// Where the provider does what (OpenID Connect Discovery 1.0).
struct ProviderEndpoints: Hashable, Sendable {
  let authorization: WebAddress
  let token: WebAddress
  let keys: WebAddress

  private struct Document: Decodable {
    var issuer: String
    var authorization_endpoint: String
    var token_endpoint: String
    var jwks_uri: String
  }

  /// The document must be of the issuer that was asked: it could be somebody else's copy.
  init(_ bytes: [UInt8], of issuer: WebAddress) throws(LoginFailure) {
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)) else {
      throw LoginFailure("the provider's description of itself cannot be read")
    }
    guard document.issuer == issuer.description else {
      throw LoginFailure("the provider calls itself '\(document.issuer.prefix(200))'")
    }
    guard let authorization = WebAddress(document.authorization_endpoint),
      let token = WebAddress(document.token_endpoint), let keys = WebAddress(document.jwks_uri),
      [authorization, token, keys].allSatisfy({
        $0.isSecure || (!issuer.isSecure && $0.isLoopback)
      })
    else { throw LoginFailure("the provider names addresses that are not plain https ones") }
    self.authorization = authorization
    self.token = token
    self.keys = keys
  }
}
