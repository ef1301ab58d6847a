package import Access
internal import Foundation
package import MeshModel

/// Login by the authorization code flow of OpenID Connect, with PKCE.
///
/// What the provider says of itself is believed only where the configured issuer says it over TLS;
/// whom it names is believed only by its signature.
package struct OIDCProvider: LoginProvider {
  private let terms: LoginTerms
  private let secret: String?
  private let keys: ProviderKeys
  private let http: ProviderHTTP
  private let now: @Sendable () -> Timestamp
  private let random: @Sendable (Int) -> [UInt8]
  private let ticketKey: [UInt8]

  /// `secret`: what the client authenticates with; nil for one that has none.
  package init(
    _ terms: LoginTerms, secret: String?, now: @escaping @Sendable () -> Timestamp,
    random: @escaping @Sendable (Int) -> [UInt8]
  ) {
    self.terms = terms
    self.secret = secret
    self.now = now
    self.random = random
    ticketKey = random(LoginTicket.randomBytes)
    http = ProviderHTTP(issuer: terms.issuer)
    keys = ProviderKeys(http: http, issuer: terms.issuer)
  }

  package func begin() async throws(LoginFailure) -> (location: String, ticket: String) {
    let endpoints = try await keys.endpoints(at: now())
    let ticket = LoginTicket(
      random: random(LoginTicket.randomBytes), key: ticketKey, at: now())
    guard let ticket else { throw LoginFailure("no random bytes") }
    let query = FormText([
      ("response_type", "code"), ("client_id", terms.clientID),
      ("redirect_uri", terms.redirect.description),
      ("scope", (["openid"] + terms.scopes).joined(separator: " ")), ("state", ticket.state),
      ("nonce", ticket.nonce), ("code_challenge", ticket.challenge),
      ("code_challenge_method", "S256"),
    ])
    return ("\(endpoints.authorization)?\(query)", ticket.text)
  }

  package func finish(
    code: String, state: String, ticket: String
  ) async throws(LoginFailure) -> (name: String, claimed: [Grant]) {
    guard let ticket = LoginTicket(parsing: ticket, key: ticketKey, at: now()),
      ticket.isState(state)
    else { throw LoginFailure("the login was not begun by this browser, or too long ago") }
    let endpoints = try await keys.endpoints(at: now())
    let idToken = try await exchange(code, ticket, at: endpoints.token)
    let claims = try await keys.claims(in: idToken, at: now())
    return try terms.operatorName(in: claims, nonce: ticket.nonce, at: now())
  }

  /// Turns the code in for an ID token (RFC 6749, section 4.1.3).
  private func exchange(
    _ code: String, _ ticket: LoginTicket, at endpoint: WebAddress
  ) async throws(LoginFailure) -> String {
    var fields = [
      ("grant_type", "authorization_code"), ("code", code),
      ("redirect_uri", terms.redirect.description), ("code_verifier", ticket.verifier),
    ]
    var headers = ["Content-Type: application/x-www-form-urlencoded"]
    if let secret {
      let pair = "\(FormText.escaped(terms.clientID)):\(FormText.escaped(secret))"
      headers.append("Authorization: Basic " + Data(pair.utf8).base64EncodedString())
    } else {
      fields.append(("client_id", terms.clientID))
    }
    let bytes = try await http.send(
      "POST", endpoint, headers: headers, body: Array(FormText(fields).description.utf8))
    guard let answer = try? JSONDecoder().decode(TokenAnswer.self, from: Data(bytes)) else {
      throw LoginFailure("the provider's answer to the code has no ID token")
    }
    return answer.id_token
  }

  private struct TokenAnswer: Decodable {
    var id_token: String
  }
}
