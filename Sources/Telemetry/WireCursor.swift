internal import MeshModel

/// Walks the protobuf wire format of a stretch of bytes, never past its end.
///
/// Source: the Protocol Buffers encoding specification. Like its usual readers it takes varints of
/// up to ten bytes, drops the bits past the 64th, and skips groups that are properly closed.
struct WireCursor {
  private(set) var position: Int
  private(set) var end: Int

  /// Traps when the range is not within the bytes; from then on reads are within it.
  @inline(__always)
  init(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount)
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool {
    @inline(__always) get { position >= end }
  }

  /// A field's number and wire type in one, as on the wire.
  @inline(__always)
  mutating func tag(_ bytes: borrowing RawSpan) throws(MalformedMessage) -> Tag {
    let word = try varint(bytes)
    guard word <= UInt64(UInt32.max), word >= 8 else { throw MalformedMessage() }
    return UInt32(truncatingIfNeeded: word)
  }

  @inline(__always)
  mutating func varint(_ bytes: borrowing RawSpan) throws(MalformedMessage) -> UInt64 {
    guard position < end else { throw MalformedMessage() }
    let first = bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
    position &+= 1
    guard first >= 0x80 else { return UInt64(first) }
    return try longVarint(bytes, first)
  }

  private mutating func longVarint(
    _ bytes: borrowing RawSpan, _ first: UInt8
  ) throws(MalformedMessage) -> UInt64 {
    var value = UInt64(first & 0x7F)
    var shift: UInt64 = 7
    while position < end, shift < 70 {
      let byte = bytes.unsafeLoad(fromUncheckedByteOffset: position, as: UInt8.self)
      position &+= 1
      value |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return value }
      shift &+= 7
    }
    throw MalformedMessage()
  }

  /// The content of a length-delimited field.
  @inline(__always)
  mutating func content(_ bytes: borrowing RawSpan) throws(MalformedMessage) -> Range<Int> {
    let count = try varint(bytes)
    guard count <= UInt64(end &- position) else { throw MalformedMessage() }
    let start = position
    position &+= Int(truncatingIfNeeded: count)
    return start..<position
  }

  @inline(__always)
  mutating func skip(_ bytes: borrowing RawSpan, _ tag: Tag) throws(MalformedMessage) {
    switch tag & 7 {
    case WireType.varint: _ = try varint(bytes)
    case WireType.bytes: _ = try content(bytes)
    case WireType.fixed64: try advance(8)
    case WireType.fixed32: try advance(4)
    case WireType.groupStart: try skipGroup(bytes, tag)
    default: throw MalformedMessage()
    }
  }

  mutating func fixed64(_ bytes: borrowing RawSpan) throws(MalformedMessage) -> UInt64 {
    let start = position
    try advance(8)
    return bytes.word(uncheckedAt: start)
  }

  @inline(__always)
  private mutating func advance(_ count: Int) throws(MalformedMessage) {
    guard end &- position >= count else { throw MalformedMessage() }
    position &+= count
  }

  private mutating func skipGroup(
    _ bytes: borrowing RawSpan, _ start: Tag
  ) throws(MalformedMessage) {
    var open = [start]
    while let innermost = open.last {
      let tag = try tag(bytes)
      switch tag & 7 {
      case WireType.groupStart:
        guard open.count < Self.maximumNesting else { throw MalformedMessage() }
        open.append(tag)
      case WireType.groupEnd:
        guard tag >> 3 == innermost >> 3 else { throw MalformedMessage() }
        open.removeLast()
      default: try skip(bytes, tag)
      }
    }
  }

  /// Groups inside groups; no field of an access log is one.
  private static let maximumNesting = 32
}

typealias Tag = UInt32

enum WireType {
  static let varint: UInt32 = 0
  static let fixed64: UInt32 = 1
  static let bytes: UInt32 = 2
  static let groupStart: UInt32 = 3
  static let groupEnd: UInt32 = 4
  static let fixed32: UInt32 = 5
}

/// The bytes are not a protobuf message.
package struct MalformedMessage: Error, Hashable, Sendable {
  package init() {}
}
