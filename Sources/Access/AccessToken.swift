/// A token as its bearer holds it: `flyball_<16 digits>_<64 digits>`, hexadecimal.
///
/// The first part finds the record, the second is the secret, of which only a hash is kept. The
/// prefix lets scanners of repositories and logs recognise a leaked one.
package struct AccessToken: Sendable {
  package let id: String
  private let secret: [UInt8]

  package static let randomBytes = idBytes + secretBytes

  /// Of random bytes; nil unless there are exactly as many as needed.
  package init?(random bytes: [UInt8]) {
    guard bytes.count == Self.randomBytes else { return nil }
    id = Hexadecimal.text(bytes.prefix(Self.idBytes))
    secret = Array(bytes.dropFirst(Self.idBytes))
  }

  package init?(parsing text: some StringProtocol) {
    guard text.utf8.count == Self.textBytes, text.hasPrefix(Self.prefix) else { return nil }
    let parts = text.dropFirst(Self.prefix.count).split(
      separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, let id = Hexadecimal.bytes(parts[0]), id.count == Self.idBytes,
      let secret = Hexadecimal.bytes(parts[1]), secret.count == Self.secretBytes
    else { return nil }
    self.id = String(parts[0])
    self.secret = secret
  }

  /// What is handed out once and kept nowhere.
  package var text: String { Self.prefix + id + "_" + Hexadecimal.text(secret) }

  package var digest: Digest { Digest(of: secret) }

  package static func isID(_ text: String) -> Bool {
    Hexadecimal.bytes(text)?.count == idBytes
  }

  private static let prefix = "flyball_"
  private static let idBytes = 8
  private static let secretBytes = 32
  private static let textBytes = prefix.utf8.count + 2 * idBytes + 1 + 2 * secretBytes
}
