package import Signals

/// What is taken from one sender, and how.
package struct SenderDoor: Sendable {
  package let name: String
  let proof: SenderProof
  let format: SignalFormat

  package init(name: String, proof: SenderProof, format: SignalFormat) {
    self.name = name
    self.proof = proof
    self.format = format
  }
}

extension SenderProof {
  /// Whether it can be judged only with the body.
  var needsBody: Bool {
    switch self {
    case .bearer, .certificate: false
    case .hubSignature, .standardWebhooks: true
    }
  }
}
