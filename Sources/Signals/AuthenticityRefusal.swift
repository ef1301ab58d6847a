/// Why a delivery is not taken for the sender's own. The log hears all of it, the caller little.
package enum AuthenticityRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case noProof
  /// Which of them counts must not be a guess.
  case severalProofs
  case malformedProof
  case unknownKey
  case wrongSignature
  case expired(id: String)
  /// The signature is right and the stamp is not of these minutes: a copy, or a clock.
  case tooOld(seconds: Int64)
  case ahead(seconds: Int64)

  package var description: String {
    switch self {
    case .noProof: "no proof of the sender"
    case .severalProofs: "more than one proof of the sender"
    case .malformedProof: "the proof of the sender is malformed"
    case .unknownKey: "no such token or identity"
    case .wrongSignature: "no key makes this signature, or the token's secret is another"
    case .expired(let id): "\(id) has expired"
    case .tooOld(let seconds): "signed \(seconds) seconds ago"
    case .ahead(let seconds): "signed \(seconds) seconds ahead of our clock"
    }
  }

  /// The status of an answer over HTTP.
  package var status: Int {
    switch self {
    case .noProof, .unknownKey, .wrongSignature, .expired: 401
    case .severalProofs, .malformedProof, .tooOld, .ahead: 400
    }
  }

  /// What the caller hears: the form of a request is no secret, and the holder of the key may know
  /// of the clock. Which secrets exist is for the log only.
  package var answer: String {
    switch self {
    case .noProof, .unknownKey, .wrongSignature, .expired: "not authenticated"
    case .severalProofs, .malformedProof, .tooOld, .ahead: description
    }
  }
}
