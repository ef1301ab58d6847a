internal import Access
internal import JWTKit

/// The claims of an ID token. What they mean is judged elsewhere, once the signature is known good.
struct IDToken: JWTPayload {
  let claims: LoginClaims

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
      self.stringValue = stringValue
    }

    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Name.self)
    let texts = Dictionary(
      fields.allKeys.prefix(Self.maximumClaims).compactMap { name in
        Self.texts(fields, name).map { (name.stringValue, $0) }
      }
    ) { first, _ in first }
    claims = LoginClaims(
      issuer: try fields.decode(String.self, forKey: Name(stringValue: "iss")),
      audience: texts["aud"] ?? [], authorizedParty: texts["azp"]?.first,
      expires: try fields.decode(Double.self, forKey: Name(stringValue: "exp")),
      issued: try fields.decode(Double.self, forKey: Name(stringValue: "iat")),
      nonce: texts["nonce"]?.first,
      // Some providers write it as a text.
      isEmailVerified: (try? fields.decode(Bool.self, forKey: Name(stringValue: "email_verified")))
        ?? (texts["email_verified"] == ["true"]), texts: texts)
  }

  func verify(using algorithm: some JWTAlgorithm) throws {}

  func encode(to encoder: any Encoder) throws {
    throw LoginFailure("ID tokens are only read")
  }

  /// A text, or a list of texts; nil for anything else.
  private static func texts(_ fields: KeyedDecodingContainer<Name>, _ name: Name) -> [String]? {
    // Claims of other kinds are none of ours.
    if let one = try? fields.decode(String.self, forKey: name) { return [one] }
    return (try? fields.decode([String].self, forKey: name)).map { Array($0.prefix(maximumTexts)) }
  }

  private static let maximumClaims = 200
  /// Groups of a person; some sites have hundreds.
  private static let maximumTexts = 2_000
}
