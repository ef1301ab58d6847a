internal import MeshModel

extension RawSpan {
  /// Whether `range` of these bytes, with its capital ASCII letters made small when `folding`, is
  /// what stands at `start` of `other`, which the caller has checked to have as many.
  @inline(__always)
  func equals(
    _ other: borrowing RawSpan, at start: Int, _ range: Range<Int>, folding: Bool
  ) -> Bool {
    var position = range.lowerBound
    var place = start
    while range.upperBound &- position >= 8 {
      var mine = word(uncheckedAt: position)
      if folding { mine = Self.folded(mine) }
      guard mine == other.word(uncheckedAt: place) else { return false }
      position &+= 8
      place &+= 8
    }
    let rest = range.upperBound &- position
    var mine = word(uncheckedAt: position, count: rest)
    if folding { mine = Self.folded(mine) }
    return mine == other.word(uncheckedAt: place, count: rest)
  }

  /// The word with each byte that is a capital letter made small.
  @inline(__always)
  static func folded(_ word: UInt64) -> UInt64 {
    let low = word & 0x7F7F_7F7F_7F7F_7F7F
    // The top bit of each byte: it is at least `A`, it is past `Z`, it is no ASCII.
    let fromA = low &+ 0x3F3F_3F3F_3F3F_3F3F
    let pastZ = low &+ 0x2525_2525_2525_2525
    let isCapital = fromA & ~pastZ & ~word & 0x8080_8080_8080_8080
    return word | isCapital &>> 2
  }
}

extension StableHash {
  /// Folds in `range` of `bytes`, small and capital ASCII letters alike, and its length.
  @inline(__always)
  mutating func combine(folding bytes: borrowing RawSpan, _ range: Range<Int>) {
    var position = range.lowerBound
    while range.upperBound &- position >= 8 {
      combine(RawSpan.folded(bytes.word(uncheckedAt: position)))
      position &+= 8
    }
    let rest = bytes.word(uncheckedAt: position, count: range.upperBound &- position)
    // At most seven bytes are left, so the top byte is free for the length.
    combine(RawSpan.folded(rest) | UInt64(truncatingIfNeeded: range.count) &<< 56)
  }
}
