internal import Crypto

/// The public half of a log's key, as text `name+hash+key` (C2SP signed-note, Ed25519).
package struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
  package let name: String
  /// The first four bytes of the hash of name and key.
  package let id: [UInt8]
  private let publicKey: [UInt8]

  /// The kind of an Ed25519 key.
  static let algorithm: UInt8 = 1
  static let signatureBytes = 64

  init(name: String, publicKey: [UInt8]) {
    self.name = name
    self.publicKey = publicKey
    id = Self.id(name: name, publicKey)
  }

  package init(parsing text: String) throws(LogError) {
    guard text.utf8.count <= LogBounds.nameBytes + 64 else {
      throw .tooLarge(limit: LogBounds.nameBytes + 64)
    }
    // The key's Base 64 may hold a plus, the other two parts may not.
    let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .malformed("not of the form name+hash+key") }
    let name = String(parts[0])
    guard Self.isName(name) else { throw .malformed("not the name of a key") }
    guard let key = Base64.bytes(parts[2].utf8), key.count == 33, key[0] == Self.algorithm else {
      throw .malformed("not an Ed25519 key")
    }
    self.init(name: name, publicKey: Array(key.dropFirst()))
    guard parts[1] == id.hexadecimal else { throw .malformed("the key's hash does not fit it") }
  }

  package var description: String {
    "\(name)+\(id.hexadecimal)+" + Base64.text([Self.algorithm] + publicKey)
  }

  func isSignature(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
      return false  // No key of the curve signed anything.
    }
    return key.isValidSignature(signature, for: bytes)
  }

  /// A name has no blanks, controls or plus, so that it stands in a line of a note.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= LogBounds.nameBytes
      && text.unicodeScalars.allSatisfy { scalar in
        !scalar.properties.isWhitespace && scalar.value >= 32 && scalar.value != 127
          && scalar != "+"
      }
  }

  private static func id(name: String, _ publicKey: [UInt8]) -> [UInt8] {
    let hash = LogHash(plain: Array(name.utf8) + [0x0A, algorithm] + publicKey)
    return Array(hash.bytes.prefix(4))
  }
}
