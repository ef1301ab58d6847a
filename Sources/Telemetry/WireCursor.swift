/// Walks the protobuf wire format of a stretch of bytes, never past its end.
///
/// Source: the Protocol Buffers encoding specification. Like its usual readers it takes varints of
/// up to ten bytes, drops the bits past the 64th, and skips groups that are properly closed.
struct WireCursor {
  private(set) var position: Int
  private(set) var end: Int

  struct Tag {
    var field: UInt32
    var type: WireType
  }

  enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case groupStart = 3
    case groupEnd = 4
    case fixed32 = 5
  }

  @inline(__always)
  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool {
    @inline(__always) get { position >= end }
  }

  @inline(__always)
  mutating func tag(_ bytes: borrowing RawSpan) throws(MalformedMessage) -> Tag {
    let word = try varint(bytes)
    guard word <= UInt64(UInt32.max), word >= 8,
      let type = WireType(rawValue: UInt8(truncatingIfNeeded: word & 7))
    else { throw MalformedMessage() }
    return Tag(field: UInt32(truncatingIfNeeded: word &>> 3), type: type)
  }

  @inline(__always)
  mutating func varint(_ bytes: borrowing RawSpan) throws(MalformedMessage) -> UInt64 {
    guard position < end else { throw MalformedMessage() }
    let first = bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
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
      let byte = bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
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
    switch tag.type {
    case .varint: _ = try varint(bytes)
    case .bytes: _ = try content(bytes)
    case .fixed64: try advance(8)
    case .fixed32: try advance(4)
    case .groupStart: try skipGroup(bytes, tag.field)
    case .groupEnd: throw MalformedMessage()
    }
  }

  @inline(__always)
  private mutating func advance(_ count: Int) throws(MalformedMessage) {
    guard end &- position >= count else { throw MalformedMessage() }
    position &+= count
  }

  private mutating func skipGroup(
    _ bytes: borrowing RawSpan, _ field: UInt32
  ) throws(MalformedMessage) {
    var open = [field]
    while let innermost = open.last {
      let tag = try tag(bytes)
      switch tag.type {
      case .groupStart:
        guard open.count < Self.maximumNesting else { throw MalformedMessage() }
        open.append(tag.field)
      case .groupEnd:
        guard tag.field == innermost else { throw MalformedMessage() }
        open.removeLast()
      case .varint, .fixed64, .bytes, .fixed32: try skip(bytes, tag)
      }
    }
  }

  /// Groups inside groups; no field of an access log is one.
  private static let maximumNesting = 32
}

/// The bytes are not a protobuf message.
package struct MalformedMessage: Error, Hashable, Sendable {
  package init() {}
}
