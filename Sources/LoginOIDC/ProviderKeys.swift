internal import Access
internal import Foundation
internal import JWTKit
internal import MeshModel

/// What the provider says of itself and the keys that it signs with, kept for an hour. A key that is
/// not known makes them be read anew, at most once a minute: else whoever sends made-up tokens would
/// have us ask the provider all day.
actor ProviderKeys {
  private let http: ProviderHTTP
  private let issuer: WebAddress
  private var known: Known?
  private var triedAt: Timestamp?

  private struct Known: Sendable {
    var endpoints: ProviderEndpoints
    var keys: [JWK]
    var at: Timestamp
  }

  init(http: ProviderHTTP, issuer: WebAddress) {
    self.http = http
    self.issuer = issuer
  }

  func endpoints(at now: Timestamp) async throws(LoginFailure) -> ProviderEndpoints {
    try await current(at: now).endpoints
  }

  /// What the token says, if one of the provider's keys signed it.
  func claims(in token: String, at now: Timestamp) async throws(LoginFailure) -> LoginClaims {
    let header = try TokenHeader(token)
    var found = header.key(in: try await current(at: now).keys)
    if found == nil, mayTry(at: now) { found = header.key(in: try await read(at: now).keys) }
    guard let found else { throw LoginFailure("the ID token is signed by no key of the provider") }
    do {
      let keys = JWTKeyCollection()
      try await keys.add(jwk: found)
      return try await keys.verify(Array(token.utf8), as: IDToken.self).claims
    } catch {
      throw LoginFailure("the ID token is not good: \(error)")
    }
  }

  private func current(at now: Timestamp) async throws(LoginFailure) -> Known {
    if let known, now < known.at.adding(milliseconds: Self.keptMilliseconds) { return known }
    do throws(LoginFailure) {
      guard mayTry(at: now) else { throw LoginFailure("the provider could not be asked") }
      return try await read(at: now)
    } catch {
      // What was known serves on while the provider is away, for a while.
      if let known, now < known.at.adding(milliseconds: Self.staleMilliseconds) { return known }
      throw error
    }
  }

  private func mayTry(at now: Timestamp) -> Bool {
    triedAt.map { now >= $0.adding(milliseconds: Self.pauseMilliseconds) } ?? true
  }

  private func read(at now: Timestamp) async throws(LoginFailure) -> Known {
    triedAt = now
    let path = issuer.description + "/.well-known/openid-configuration"
    guard let address = WebAddress(path.replacing("//.well-known", with: "/.well-known")) else {
      throw LoginFailure("the issuer has no address for its description")
    }
    let endpoints = try ProviderEndpoints(try await http.send("GET", address), of: issuer)
    let bytes = try await http.send("GET", endpoints.keys)
    guard let list = try? JSONDecoder().decode(KeyList.self, from: Data(bytes)) else {
      throw LoginFailure("the provider's keys cannot be read")
    }
    let fresh = Known(
      endpoints: endpoints, keys: Array(list.keys.prefix(Self.maximumKeys)), at: now)
    known = fresh
    return fresh
  }

  /// Keys of kinds that nobody here knows are left out, not refused: others may need them.
  private struct KeyList: Decodable {
    var keys: [JWK]

    private struct Entry: Decodable {
      var key: JWK?

      init(from decoder: any Decoder) throws {
        key = try? JWK(from: decoder)  // Of a kind that is not known.
      }
    }

    private enum CodingKeys: CodingKey { case keys }

    init(from decoder: any Decoder) throws {
      keys = try decoder.container(keyedBy: CodingKeys.self).decode([Entry].self, forKey: .keys)
        .compactMap(\.key)
    }
  }

  private static let keptMilliseconds: Int64 = 3_600_000
  private static let staleMilliseconds: Int64 = 86_400_000
  private static let pauseMilliseconds: Int64 = 60_000
  private static let maximumKeys = 50
}
