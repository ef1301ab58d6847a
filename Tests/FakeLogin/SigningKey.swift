internal import Crypto
internal import CryptoExtras
package import Foundation

/// A key that a provider signs with.
package struct SigningKey: Sendable {
  package let name: String
  private let key = P256.Signing.PrivateKey()
  private let edwards = Curve25519.Signing.PrivateKey()

  package enum Algorithm: String, Sendable {
    case es256 = "ES256"
    case eddsa = "EdDSA"
    case rs256 = "RS256"
  }

  package init(name: String) {
    self.name = name
  }

  package var ecdsa: String {
    let point = key.publicKey.rawRepresentation
    return """
      {"kty":"EC","crv":"P-256","kid":"\(name)","use":"sig","x":"\(base64(point.prefix(32)))",\
      "y":"\(base64(point.suffix(32)))"}
      """
  }

  package var eddsa: String {
    """
    {"kty":"OKP","crv":"Ed25519","kid":"\(name)","x":"\(base64(edwards.publicKey.rawRepresentation))"}
    """
  }

  package func rsa() throws -> String {
    let parts = try Self.rsaKey.get().publicKey.getKeyPrimitives()
    return """
      {"kty":"RSA","kid":"\(name)","use":"sig","n":"\(base64(parts.modulus))",\
      "e":"\(base64(parts.publicExponent))"}
      """
  }

  /// A token with this header, signed as it says or not.
  package func token(
    _ claims: String, header: String? = nil, by algorithm: Algorithm = .es256
  ) throws -> String {
    let header =
      header ?? "{\"alg\":\"\(algorithm.rawValue)\",\"kid\":\"\(name)\",\"typ\":\"JWT\"}"
    let body = base64(Data(header.utf8)) + "." + base64(Data(claims.utf8))
    let bytes = Data(body.utf8)
    let signature =
      switch algorithm {
      case .es256: try key.signature(for: bytes).rawRepresentation
      case .eddsa: try edwards.signature(for: bytes)
      case .rs256:
        try Self.rsaKey.get().signature(for: bytes, padding: .insecurePKCS1v1_5).rawRepresentation
      }
    return body + "." + base64(signature)
  }

  /// One for all: such keys take long to make.
  private static let rsaKey = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

  package func base64(_ data: Data) -> String {
    data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
  }
}
