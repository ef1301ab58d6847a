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

  @inline(__always)
  init(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    let end = range.lowerBound &+ min(range.count, Self.maximumBytes)
    var segmentStart = range.lowerBound
    var hasDigit = false
    var segments = 0
    var position = segmentStart
    while position < end {
      let byte = bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
      if byte == Self.questionMark || byte == Self.numberSign { break }
      if byte == Self.slash {
        close(bytes, segmentStart..<position, hasDigit, &segments)
        segmentStart = position &+ 1
        hasDigit = false
      } else if byte &- Self.zero < 10 {
        hasDigit = true
      }
      position &+= 1
    }
    close(bytes, segmentStart..<position, hasDigit, &segments)
    count = position &- range.lowerBound
  }

  @inline(__always)
  private mutating func close(
    _ bytes: borrowing RawSpan, _ segment: Range<Int>, _ hasDigit: Bool, _ segments: inout Int
  ) {
    guard !segment.isEmpty else { return }
    path.combine(bytes, segment)
    guard segments < Self.shapeSegments else { return }
    segments &+= 1
    if hasDigit || segment.count > Self.longestWord {
      shape.combine(Self.anySegment)
    } else {
      shape.combine(bytes, segment)
    }
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
