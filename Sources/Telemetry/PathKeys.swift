internal import MeshModel

/// The keys of a request path: of itself, and of its shape.
///
/// The query is left out. In the shape a segment that holds a digit, or is longer than a word,
/// stands for all such segments, so `/orders/17/items` and `/orders/18/items` are one.
struct PathKeys {
  private(set) var path = StableHash()
  private(set) var shape = StableHash()
  /// Bytes of the path without its query, at most `maximumBytes`.
  private(set) var count = 0
  private let depth: Int

  /// `depth`: segments that tell one path from another; deeper ones do not.
  @inline(__always)
  init(_ bytes: borrowing RawSpan, _ range: Range<Int>, depth: Int = .max) {
    self.depth = depth
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount)
    let end = range.lowerBound &+ min(range.count, Self.maximumBytes)
    var segmentStart = range.lowerBound
    var segments = 0
    var hasDigit = false
    var position = range.lowerBound
    var stop = end
    while position < stop {
      let count = min(8, end &- position)
      let word =
        count == 8
        ? bytes.word(uncheckedAt: position) : bytes.word(uncheckedAt: position, count: count)
      var low = Self.lowBytes(word, count)
      while low != 0 {
        let place = low.trailingZeroBitCount
        let byte = UInt8(truncatingIfNeeded: word &>> UInt64(place &- 7))
        low &= low &- 1
        let at = position &+ place / 8
        if byte == Self.slash {
          close(bytes, segmentStart..<at, hasDigit, &segments)
          segmentStart = at &+ 1
          hasDigit = false
        } else if byte == Self.questionMark || byte == Self.numberSign {
          stop = at
          low = 0
        } else if byte &- Self.zero < 10 {
          hasDigit = true
        }
      }
      position &+= 8
    }
    close(bytes, segmentStart..<stop, hasDigit, &segments)
    count = stop &- range.lowerBound
  }

  /// The top bit of each of the first `count` bytes that is below 64: slashes, digits, and the
  /// signs that end a path are, letters are not.
  @inline(__always)
  private static func lowBytes(_ word: UInt64, _ count: Int) -> UInt64 {
    let tops: UInt64 = 0x8080_8080_8080_8080
    let high = ((word & ~tops) &+ 0x4040_4040_4040_4040) | word
    return ~high & tops & (UInt64.max &>> UInt64(64 &- 8 &* count))
  }

  @inline(__always)
  private mutating func close(
    _ bytes: borrowing RawSpan, _ segment: Range<Int>, _ hasDigit: Bool, _ segments: inout Int
  ) {
    guard !segment.isEmpty else { return }
    var hash = StableHash()
    hash.combine(bytes, segment)
    if segments < depth { path.combine(hash.value) }
    segments &+= 1
    guard segments <= Self.shapeSegments else { return }
    let isAny = hasDigit || segment.count > Self.longestWord
    shape.combine(isAny ? Self.anySegment : hash.value)
  }

  private static let maximumBytes = 256
  private static let longestWord = 32
  /// Deeper segments do not make another shape.
  private static let shapeSegments = 4
  private static let anySegment: UInt64 = 0x2A
  private static let slash: UInt8 = 0x2F
  private static let questionMark: UInt8 = 0x3F
  private static let numberSign: UInt8 = 0x23
  private static let zero: UInt8 = 0x30
}
