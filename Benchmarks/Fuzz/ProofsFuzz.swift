internal import TransparencyLog

/// What others hand in to be verified: notes, checkpoints, keys, proofs and records. What is read writes back
/// as it was, so that no two texts mean the same.
enum ProofsFuzz {
  static func run(_ bytes: [UInt8]) {
    if let note = try? SignedNote(parsing: bytes) {
      precondition(Array(note.description.utf8) == bytes)
      _ = try? Checkpoint(parsing: note.text)
    }
    if let record = try? LogRecord(decoding: bytes) { precondition(record.bytes == bytes) }
    if let content = Base64.bytes(bytes) {
      precondition(Array(Base64.text(content).utf8) == bytes)
    }
    if let text = String(validating: bytes, as: UTF8.self) {
      if let key = try? VerifierKey(parsing: text) { precondition(key.description == text) }
      if let signer = try? NoteSigner(parsing: text) { precondition(signer.secretText == text) }
      _ = try? Checkpoint(parsing: text)
    }
    for proof in (try? RecordProof.split(bytes)) ?? [] { check(proof) }
  }

  private static func check(_ bytes: [UInt8]) {
    guard let proof = try? RecordProof(parsing: bytes) else { return }  // Refused.
    precondition(Array(proof.description.utf8) == bytes)
    guard let key = try? VerifierKey(parsing: key) else { preconditionFailure("the key is good") }
    _ = try? proof.checkpoint(signedBy: key)
  }

  /// By the hashes that stand in for real ones here.
  private static let key =
    (try? NoteSigner(seed: Array(repeating: 1, count: 32)))?
    .verifier.description ?? ""
}
