/// A 64-bit hash of bytes that is the same in every process, for keys, decisions and versions.
///
/// Each word of eight bytes is folded in by a 64 x 64 to 128-bit multiplication whose halves are
/// combined, after the manner of wyhash (Wang Yi, 2019). It withstands accidents, not attackers:
/// a table that outsiders can fill places its keys by a secret of its own.
///
/// It is public, and not for this package alone, because the compiler (Swift 6.3) inlines only what
/// is public into other modules.
public struct StableHash: Hashable, Sendable {
  public private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  public init() {}

  public init(_ text: String) {
    combine(text)
  }

  public mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { bytes in combine(bytes.span.bytes, 0..<bytes.count) }
  }

  /// Folds in `range` of `bytes` and its length, so that ("ab", "c") stays apart from ("a", "bc").
  ///
  /// Traps when the range is not within the bytes.
  public mutating func combine(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount)
    var position = range.lowerBound
    while range.upperBound &- position >= 8 {
      combine(bytes.word(uncheckedAt: position))
      position &+= 8
    }
    // At most seven bytes are left, so the top byte is free for the length.
    combine(
      bytes.word(uncheckedAt: position, count: range.upperBound &- position)
        | UInt64(truncatingIfNeeded: range.count) &<< 56)
  }

  @inline(__always)
  public mutating func combine(_ word: UInt64) {
    let product = (value ^ 0x2D35_8DCC_AA6C_78A5)
      .multipliedFullWidth(by: word ^ 0x8BB8_4B93_962E_ACC9)
    // A word that makes the product zero still leaves the state behind.
    value = product.high ^ product.low ^ (value &<< 23 | value &>> 41) ^ word
  }
}

extension RawSpan {
  /// The little-endian number of the eight bytes at `offset`, which the caller has checked.
  @inline(__always)
  public func word(uncheckedAt offset: Int) -> UInt64 {
    UInt64(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// The same of less than eight bytes.
  @inline(__always)
  public func word(uncheckedAt offset: Int, count: Int) -> UInt64 {
    func half(_ offset: Int) -> UInt64 {
      UInt64(
        UInt32(
          littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)))
    }
    func byte(_ offset: Int) -> UInt64 {
      UInt64(unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
    }
    if count >= 4 {
      // The two halves overlap where there are fewer than eight bytes.
      return half(offset) | half(offset &+ count &- 4) &<< UInt64(8 &* (count &- 4))
    }
    guard count > 0 else { return 0 }
    return byte(offset) | byte(offset &+ count / 2) &<< UInt64(8 &* (count / 2))
      | byte(offset &+ count &- 1) &<< UInt64(8 &* (count &- 1))
  }
}
