internal import Crypto

/// A SHA-256 hash: of a leaf, of an inner node of the tree (RFC 6962, section 2.1), or of plain bytes.
package struct LogHash: Hashable, Sendable {
  private let words: (UInt64, UInt64, UInt64, UInt64)

  package static let byteCount = 32

  /// The root of a tree without leaves.
  package static let empty = LogHash(plain: [])

  /// Takes a hash as it is; nil when it is not 32 bytes long.
  package init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.init(sequence: bytes)
  }

  package init(plain bytes: [UInt8]) {
    self.init(prefix: nil, bytes)
  }

  package init(leaf bytes: [UInt8]) {
    self.init(prefix: 0, bytes)
  }

  package init(node left: LogHash, _ right: LogHash) {
    self.init(prefix: 1, left.bytes + right.bytes)
  }

  private init(prefix: UInt8?, _ bytes: [UInt8]) {
    var hash = SHA256()
    if let prefix { withUnsafeBytes(of: prefix) { hash.update(bufferPointer: $0) } }
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    self.init(sequence: hash.finalize())
  }

  private init(sequence: some Sequence<UInt8>) {
    var words: [UInt64] = [0, 0, 0, 0]
    for (position, byte) in sequence.enumerated() {
      words[position / 8] = words[position / 8] << 8 | UInt64(byte)
    }
    self.words = (words[0], words[1], words[2], words[3])
  }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    for word in [words.0, words.1, words.2, words.3] {
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return bytes
  }

  package var hexadecimal: String { bytes.hexadecimal }

  package static func == (left: LogHash, right: LogHash) -> Bool {
    left.words == right.words
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.3)
  }
}

extension [UInt8] {
  var hexadecimal: String {
    let digits = Array<UInt8>("0123456789abcdef".utf8)
    return String(
      decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
