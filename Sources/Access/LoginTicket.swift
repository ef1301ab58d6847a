internal import Crypto
package import MeshModel

/// What a browser keeps while its user logs in at the provider. The secrets of the login follow from
/// it and from a key of this process, so nothing is kept here and nobody can fill the memory with
/// logins that are never ended.
package struct LoginTicket: Sendable {
  /// What the cookie holds: the random part, when it began, and a code over both.
  package let text: String
  private let key: SymmetricKey

  package static let randomBytes = 32

  /// Nil unless there are 32 random bytes.
  package init?(random: [UInt8], key: [UInt8], at now: Timestamp) {
    guard random.count == Self.randomBytes else { return nil }
    self.key = SymmetricKey(data: key)
    let body = Hexadecimal.text(random) + "." + String(now.second)
    text = body + "." + Self.code("ticket", body, self.key)
  }

  /// One of this process, that is not too old; nil otherwise.
  package init?(parsing text: String, key: [UInt8], at now: Timestamp) {
    self.key = SymmetricKey(data: key)
    self.text = text
    let parts =
      text.utf8.count <= Self.maximumBytes
      ? text.split(separator: ".", omittingEmptySubsequences: false) : []
    guard parts.count == 3, let began = Int64(parts[1]) else { return nil }
    let code = Self.code("ticket", "\(parts[0]).\(parts[1])", self.key)
    guard Digest.isEqual(Array(parts[2].utf8), Array(code.utf8)),
      (0..<Self.seconds).contains(now.second &- began)
    else { return nil }
  }

  /// Comes back beside the code, so that nobody can bring in a code of their own.
  package var state: String { Self.code("state", text, key) }
  /// Comes back inside the ID token, so that no token of another login fits.
  package var nonce: String { Self.code("nonce", text, key) }
  /// Shown when the code is turned in, so that who overhears a code cannot use it (RFC 7636).
  package var verifier: String { Self.code("verifier", text, key) }

  /// The hash of the verifier that goes ahead of it, method S256.
  package var challenge: String {
    Base64URL.text(Array(SHA256.hash(data: Array(verifier.utf8))))
  }

  package func isState(_ text: String) -> Bool {
    Digest.isEqual(Array(text.utf8), Array(state.utf8))
  }

  private static func code(_ purpose: String, _ text: String, _ key: SymmetricKey) -> String {
    Hexadecimal.text(
      HMAC<SHA256>.authenticationCode(for: Array("\(purpose) \(text)".utf8), using: key))
  }

  /// How long somebody may take to log in at the provider.
  package static let seconds: Int64 = 600
  private static let maximumBytes = 256
}
