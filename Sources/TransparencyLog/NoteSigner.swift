internal import Crypto

/// The secret half of a log's key, as text `PRIVATE+KEY+name+hash+seed`.
package struct NoteSigner: Sendable {
  package let verifier: VerifierKey
  private let seed: [UInt8]
  private let key: Curve25519.Signing.PrivateKey

  package static let seedBytes = 32

  /// The name of the key, and of its log, follows from the key, so no two logs have the same.
  package init(seed: [UInt8]) throws(LogError) {
    try self.init(seed: seed) { key in
      "flyball.dev/history/" + String(LogHash(plain: key).hexadecimal.prefix(16))
    }
  }

  package init(parsing text: String) throws(LogError) {
    let parts = text.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY" else {
      throw .malformed("not of the form PRIVATE+KEY+name+hash+seed")
    }
    let name = String(parts[2])
    guard VerifierKey.isName(name) else { throw .malformed("not the name of a key") }
    guard let bytes = Base64.bytes(parts[4].utf8), bytes.count == Self.seedBytes + 1,
      bytes[0] == VerifierKey.algorithm
    else { throw .malformed("not an Ed25519 key") }
    try self.init(seed: Array(bytes.dropFirst())) { _ in name }
    guard parts[3] == verifier.id.hexadecimal else {
      throw .malformed("the key's hash does not fit it")
    }
  }

  private init(seed: [UInt8], name: ([UInt8]) -> String) throws(LogError) {
    do {
      key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    } catch {
      throw .malformed("not an Ed25519 key")
    }
    self.seed = seed
    let publicKey = Array(key.publicKey.rawRepresentation)
    verifier = VerifierKey(name: name(publicKey), publicKey: publicKey)
  }

  /// What is kept in a file that nobody else may read.
  package var secretText: String {
    "PRIVATE+KEY+\(verifier.name)+\(verifier.id.hexadecimal)+"
      + Base64.text([VerifierKey.algorithm] + seed)
  }

  package func sign(_ checkpoint: Checkpoint) throws(LogError) -> SignedNote {
    let text = checkpoint.text
    do {
      let signature = Array(try key.signature(for: Array(text.utf8)))
      return SignedNote(
        text: text,
        signatures: [.init(name: verifier.name, keyID: verifier.id, bytes: signature)])
    } catch {
      throw .malformed("cannot be signed: \(error)")
    }
  }
}
