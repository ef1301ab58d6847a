internal import Crypto

/// A SHA-256 hash of a secret, compared in the same time wherever two differ.
package struct Digest: Hashable, Sendable {
  package let bytes: [UInt8]

  package static let byteCount = 32

  /// Of a secret of 256 random bits: no slower hash is needed, as there is nothing to guess.
  init(of secret: [UInt8]) {
    bytes = Array(SHA256.hash(data: secret))
  }

  /// 64 lower-case hexadecimal digits.
  package init?(hexadecimal text: String) {
    guard let bytes = Hexadecimal.bytes(text), bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  package var hexadecimal: String { Hexadecimal.text(bytes) }

  package static func == (left: Digest, right: Digest) -> Bool {
    isEqual(left.bytes, right.bytes)
  }

  /// Looks at every byte, so that the time tells nothing of where the first difference is.
  package static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for position in left.indices { difference |= left[position] ^ right[position] }
    return difference == 0
  }
}
