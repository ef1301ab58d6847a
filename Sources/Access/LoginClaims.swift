package import MeshModel

/// What an ID token says, once its signature was found good.
package struct LoginClaims: Hashable, Sendable {
  package var issuer: String
  package var audience: [String]
  package var authorizedParty: String?
  /// Seconds since 1970; fractions are allowed.
  package var expires: Double
  package var issued: Double
  package var nonce: String?
  package var isEmailVerified: Bool
  /// Every other claim that is a text or a list of texts.
  package var texts: [String: [String]]

  package init(
    issuer: String, audience: [String], authorizedParty: String?, expires: Double, issued: Double,
    nonce: String?, isEmailVerified: Bool, texts: [String: [String]]
  ) {
    self.issuer = issuer
    self.audience = audience
    self.authorizedParty = authorizedParty
    self.expires = expires
    self.issued = issued
    self.nonce = nonce
    self.isEmailVerified = isEmailVerified
    self.texts = texts
  }
}

extension LoginTerms {
  /// Whom the claims name and what they are worth, if they are of this login, for this client and of
  /// now (OpenID Connect Core 1.0, section 3.1.3.7).
  package func operatorName(
    in claims: LoginClaims, nonce: String, at now: Timestamp
  ) throws(LoginFailure) -> (name: String, claimed: [Grant]) {
    guard claims.issuer == issuer.description else {
      throw LoginFailure("the ID token is of another issuer")
    }
    guard claims.audience.contains(clientID),
      claims.authorizedParty.map({ $0 == clientID }) ?? (claims.audience.count == 1)
    else { throw LoginFailure("the ID token is for another client") }
    guard let given = claims.nonce, Digest.isEqual(Array(given.utf8), Array(nonce.utf8)) else {
      throw LoginFailure("the ID token is of another login")
    }
    let seconds = Double(now.microseconds) / 1_000_000
    guard seconds < claims.expires + Self.skewSeconds else {
      throw LoginFailure("the ID token has expired")
    }
    guard abs(seconds - claims.issued) <= Double(LoginTicket.seconds) + Self.skewSeconds else {
      throw LoginFailure("the ID token was issued at another time")
    }
    guard let names = claims.texts[nameClaim], names.count == 1 else {
      throw LoginFailure("the ID token has no claim '\(nameClaim)' that is one text")
    }
    guard nameClaim != "email" || claims.isEmailVerified else {
      throw LoginFailure("the provider has not verified the email of \(names[0])")
    }
    return (names[0], granted(to: claims.texts[grantsClaim] ?? []))
  }

  /// How far the provider's clock may be off.
  private static let skewSeconds = 60.0
}
