internal import Crypto
package import Foundation

/// A key that a provider signs with.
package struct SigningKey: Sendable {
  package let name: String
  private let key = P256.Signing.PrivateKey()
  private let edwards = Curve25519.Signing.PrivateKey()

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

  /// A token with this header, signed as it says or not.
  package func token(_ claims: String, header: String? = nil, isEdwards: Bool = false) throws
    -> String
  {
    let algorithm = isEdwards ? "EdDSA" : "ES256"
    let header = header ?? "{\"alg\":\"\(algorithm)\",\"kid\":\"\(name)\",\"typ\":\"JWT\"}"
    let body = base64(Data(header.utf8)) + "." + base64(Data(claims.utf8))
    let signature =
      isEdwards
      ? try edwards.signature(for: Data(body.utf8))
      : try key.signature(for: Data(body.utf8)).rawRepresentation
    return body + "." + base64(signature)
  }

  package func base64(_ data: Data) -> String {
    data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
  }
}
