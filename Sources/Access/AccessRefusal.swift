/// Why a caller is not known. The caller hears less than the log.
package enum AccessRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case noCredential
  /// More than one credential: which of them counts must not be a guess.
  case severalCredentials
  case malformedToken
  case unknownToken
  case wrongSecret(id: String)
  case expiredToken(id: String)
  case unknownCertificate
  case unknownSession
  case expiredSession
  /// What the session stood on is gone.
  indirect case endedSession(AccessRefusal)
  /// It is known, and nothing is granted to it.
  case nothingGranted(name: String)
  case tooManyFailures
  case tooManyRequests

  package var description: String {
    switch self {
    case .noCredential: "no credential was given"
    case .severalCredentials: "more than one credential was given"
    case .malformedToken: "not of a token's form"
    case .unknownToken: "no such token"
    case .wrongSecret(let id): "the secret of token \(id) is another"
    case .expiredToken(let id): "token \(id) has expired"
    case .unknownCertificate: "no operator has this certificate's identity"
    case .unknownSession: "no such session"
    case .expiredSession: "the session has ended"
    case .nothingGranted(let name): "nothing is granted to \(name)"
    case .endedSession(let reason): "the session is over: \(reason)"
    case .tooManyRequests: "too many requests of this operator"
    case .tooManyFailures: "too many failed logins from this address"
    }
  }

  /// Whether somebody tried a credential, which counts against its address.
  package var isFailedLogin: Bool {
    switch self {
    case .malformedToken, .unknownToken, .wrongSecret, .expiredToken, .severalCredentials: true
    case .noCredential, .unknownCertificate, .unknownSession, .expiredSession, .endedSession,
      .nothingGranted, .tooManyFailures, .tooManyRequests:
      false
    }
  }
}
