internal import Access
internal import Foundation
internal import JWTKit

/// Which algorithm and key an ID token claims to be signed with, before any of it is believed.
struct TokenHeader: Sendable {
  private let algorithm: Algorithm
  private let key: String?

  /// Those that are accepted: no 'none', and nothing that takes a public key for a secret.
  private enum Algorithm: String, Decodable {
    case rs256 = "RS256"
    case es256 = "ES256"
    case eddsa = "EdDSA"
  }

  private struct Document: Decodable {
    var alg: Algorithm
    var kid: String?
    var crit: [String]?
  }

  init(_ token: String) throws(LoginFailure) {
    guard token.utf8.count <= Self.maximumBytes else {
      throw LoginFailure("the ID token is larger than \(Self.maximumBytes) bytes")
    }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let bytes = Base64URL.bytes(parts[0]),
      let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)),
      document.crit == nil
    else { throw LoginFailure("the ID token is not signed in a way that is accepted") }
    algorithm = document.alg
    key = document.kid
  }

  /// The one key that fits, by its name and its kind; without a name only where there is no choice.
  func key(in keys: [JWK]) -> JWK? {
    let fitting = keys.filter { jwk in
      let isNamed = key.map { $0 == jwk.keyIdentifier?.string } ?? true
      return isNamed && fits(jwk)
    }
    guard fitting.count == 1, var found = fitting.first else { return nil }
    found.algorithm = found.algorithm ?? jwkAlgorithm
    // The library finds keys by name only.
    found.keyIdentifier = JWKIdentifier(string: key ?? "only")
    return found
  }

  private func fits(_ jwk: JWK) -> Bool {
    if let stated = jwk.algorithm, stated != jwkAlgorithm { return false }
    switch algorithm {
    case .rs256: return jwk.keyType == .rsa
    case .es256: return jwk.keyType == .ecdsa && jwk.curve == .ecdsa(.p256)
    case .eddsa: return jwk.keyType == .octetKeyPair && jwk.curve == .eddsa(.ed25519)
    }
  }

  private var jwkAlgorithm: JWK.Algorithm {
    switch algorithm {
    case .rs256: .rs256
    case .es256: .es256
    case .eddsa: .eddsa
    }
  }

  private static let maximumBytes = 65_536
}
