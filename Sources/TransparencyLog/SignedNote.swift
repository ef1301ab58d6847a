/// Text and who signed it (C2SP signed-note).
package struct SignedNote: Hashable, Sendable, CustomStringConvertible {
  package struct Signature: Hashable, Sendable {
    var name: String
    var keyID: [UInt8]
    var bytes: [UInt8]
  }

  /// Ends with a line feed.
  package let text: String
  private let signatures: [Signature]

  static let dash = "\u{2014} "

  init(text: String, signatures: [Signature]) {
    self.text = text
    self.signatures = signatures
  }

  /// Reads a note and believes nothing of it: ask `opened(by:)`.
  package init(parsing bytes: some Collection<UInt8>) throws(LogError) {
    guard bytes.count <= LogBounds.noteBytes else { throw .tooLarge(limit: LogBounds.noteBytes) }
    guard let note = String(validating: bytes, as: UTF8.self) else {
      throw .malformed("not UTF-8")
    }
    guard note.unicodeScalars.allSatisfy({ $0.value >= 32 || $0 == "\n" }) else {
      throw .malformed("holds control characters")
    }
    // Character by character, a letter and what combines with it would be one.
    let lines = note.utf8.split(separator: 10, omittingEmptySubsequences: false)
    guard lines.last?.isEmpty == true, let blank = lines.dropLast().lastIndex(where: \.isEmpty),
      blank > 0
    else { throw .malformed("a note is text, an empty line, and signatures") }
    let signed = lines[(blank + 1)..<(lines.count - 1)]
    guard (1...LogBounds.signatures).contains(signed.count) else {
      throw .malformed("a note has 1 to \(LogBounds.signatures) signatures")
    }
    var signatures: [Signature] = []
    for line in signed { signatures.append(try Self.signature(line)) }
    self.signatures = signatures
    text = lines[..<blank].map { String(Substring($0)) + "\n" }.joined()
  }

  /// The text, once it is certain that the key's owner signed it.
  package func opened(by key: VerifierKey) throws(LogError) -> String {
    guard isBy(key) else { throw .unsigned }
    let bytes = Array(text.utf8)
    for signature in signatures
    where signature.name == key.name && signature.keyID == key.id
      && !key.isSignature(signature.bytes, of: bytes)
    {
      // One that was written only in part is nobody's forgery.
      guard signature.bytes.count >= VerifierKey.signatureBytes else {
        throw .malformed("its signature is cut off")
      }
      throw .forged
    }
    return text
  }

  /// Whether it claims to be signed by the key; that it is, `opened(by:)` tells.
  package func isBy(_ key: VerifierKey) -> Bool {
    signatures.contains { $0.name == key.name && $0.keyID == key.id }
  }

  package var description: String {
    signatures.reduce(text + "\n") { note, signature in
      note + Self.dash + signature.name + " "
        + Base64.text(signature.keyID + signature.bytes) + "\n"
    }
  }

  private static func signature(_ line: Substring.UTF8View) throws(LogError) -> Signature {
    let parts = line.split(separator: 32, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].elementsEqual(dash.utf8.dropLast()),
      let bytes = Base64.bytes(parts[2]), bytes.count > 4
    else { throw .malformed("not a signature line") }
    let name = String(Substring(parts[1]))
    guard VerifierKey.isName(name) else { throw .malformed("not the name of a key") }
    return Signature(
      name: name, keyID: Array(bytes.prefix(4)), bytes: Array(bytes.dropFirst(4)))
  }
}
