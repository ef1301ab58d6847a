/// A 64-bit hash of bytes that is the same in every process, for keys, decisions and versions.
///
/// Each word of eight bytes is folded in by a 64 x 64 to 128-bit multiplication whose halves are
/// combined, after the manner of wyhash (Wang Yi, 2019). It withstands accidents, not attackers:
/// a table that outsiders can fill places its keys by a secret of its own.
package struct StableHash: Hashable, Sendable {
  @usableFromInline
  package var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inlinable
  package init() {}

  package init(_ text: String) {
    combine(text)
  }

  package mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { bytes in combine(bytes.span.bytes, 0..<bytes.count) }
  }

  /// Folds in `range` of `bytes` and its length, so that ("ab", "c") stays apart from ("a", "bc").
  @inlinable
  package mutating func combine(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    var position = range.lowerBound
    while range.upperBound &- position >= 8 {
      combine(
        UInt64(
          littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)))
      position &+= 8
    }
    // At most seven bytes are left, so the top byte is free for the length.
    var tail = UInt64(truncatingIfNeeded: range.count) << 56
    var shift: UInt64 = 0
    while position < range.upperBound {
      tail |= UInt64(bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)) &<< shift
      shift &+= 8
      position &+= 1
    }
    combine(tail)
  }

  @inlinable
  package mutating func combine(_ word: UInt64) {
    let product = (value ^ 0x2D35_8DCC_AA6C_78A5)
      .multipliedFullWidth(by: word ^ 0x8BB8_4B93_962E_ACC9)
    // A word that makes the product zero still leaves the state behind.
    value = product.high ^ product.low ^ (value &<< 23 | value &>> 41) ^ word
  }
}
