/// How operators log in at a provider (OpenID Connect), and what its claims are worth.
package struct LoginTerms: Hashable, Sendable {
  package let issuer: WebAddress
  package let clientID: String
  /// Where the provider sends the browser back to.
  package let redirect: WebAddress
  /// What is asked for beside `openid`.
  package let scopes: [String]
  /// The claim that names the operator.
  package let nameClaim: String
  /// The claim whose values are granted something: a text or a list of texts.
  package let grantsClaim: String
  package let grants: [ClaimGrant]

  package struct ClaimGrant: Hashable, Sendable {
    package let value: String
    package let grant: Grant

    package init(value: String, grant: Grant) {
      self.value = value
      self.grant = grant
    }
  }

  package init(
    issuer: WebAddress, clientID: String, redirect: WebAddress, scopes: [String],
    nameClaim: String, grantsClaim: String, grants: [ClaimGrant]
  ) {
    self.issuer = issuer
    self.clientID = clientID
    self.redirect = redirect
    self.scopes = scopes
    self.nameClaim = nameClaim
    self.grantsClaim = grantsClaim
    self.grants = grants
  }

  /// What the values of the grants claim are worth together.
  package func granted(to values: [String]) -> [Grant] {
    let values = Set(values)
    return grants.filter { values.contains($0.value) }.map(\.grant)
  }

  /// The path of `redirect`, which the interface answers.
  package static let callbackPath = "/login/callback"
}
