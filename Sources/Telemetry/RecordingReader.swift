internal import MeshModel

/// Reads what `RecordingWriter` wrote, from bytes as they come.
///
/// Fields that it does not know are skipped, so a later version may add some.
package struct RecordingReader {
  private var bytes: [UInt8] = []
  /// What is read of `bytes`.
  private var position = 0
  private var hasHeading = false
  /// Bytes before `bytes`.
  private var dropped = 0

  static let heading = "flyball recording 1\n"

  package init() {}

  /// Where in the recording the next frame begins.
  package var offset: Int { dropped + position }

  /// Whether what was given ends where a frame does.
  package var isAtEnd: Bool { hasHeading && position == bytes.count }

  package mutating func append(_ more: [UInt8]) {
    bytes.removeFirst(position)
    dropped += position
    position = 0
    bytes += more
  }

  /// The next frame; nil when more bytes are needed.
  package mutating func next() throws(RecordingError) -> RecordingFrame? {
    if !hasHeading {
      let heading = Array(Self.heading.utf8)
      guard bytes.starts(with: heading.prefix(bytes.count)) else { throw .notARecording }
      guard bytes.count >= heading.count else { return nil }
      hasHeading = true
      position = heading.count
    }
    while let range = try frame() {
      defer { position = range.upperBound }
      do throws(MalformedMessage) {
        if let frame = try Self.read(bytes, range) { return frame }
      } catch {
        throw .damaged(offset: offset)
      }
    }
    return nil
  }

  /// Where the next frame's content is, when it is here as a whole.
  private func frame() throws(RecordingError) -> Range<Int>? {
    var cursor = WireCursor(bytes.span.bytes, position..<bytes.count)
    guard let length = try? cursor.varint(bytes.span.bytes) else {  // Not all of it is here yet.
      if bytes.count - position >= 10 { throw .damaged(offset: offset) }
      return nil
    }
    guard length <= Self.maximumFrameBytes else { throw .damaged(offset: offset) }
    let start = cursor.position
    let end = start + Int(length)
    return end <= bytes.count ? start..<end : nil
  }

  /// Nil for a frame of a later version.
  private static func read(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(MalformedMessage) -> RecordingFrame? {
    let span = bytes.span.bytes
    var cursor = WireCursor(span, range)
    let tag = try cursor.tag(span)
    guard tag & 7 == WireType.bytes else { throw MalformedMessage() }
    let fields = try Fields(bytes, try cursor.content(span))
    switch tag >> 3 {
    case 1: return .mesh(try mesh(fields))
    case 2:
      guard let listener = Listener(rawValue: fields.text(4)),
        let principal = try? SPIFFEID(parsing: fields.text(2))  // Written only from a valid one.
      else { throw MalformedMessage() }
      return .source(
        RecordedSource(
          reporter: ProxyID(principal: principal, node: fields.text(3)), listener: listener),
        number: UInt32(truncatingIfNeeded: fields.number(1)))
    case 3:
      return .message(
        fields.bytes(3), source: UInt32(truncatingIfNeeded: fields.number(1)),
        receivedAt: Timestamp(microseconds: Int64(bitPattern: fields.number(2))))
    case 4: return .gap(fields.number(1))
    case 5: return .time(Timestamp(microseconds: Int64(bitPattern: fields.number(1))))
    default: return nil
    }
  }

  private static func mesh(_ fields: Fields) throws(MalformedMessage) -> RecordedMesh {
    var mesh = RecordedMesh(trustDomain: fields.text(1), services: [:], gateways: [])
    for range in fields.ranges(2) {
      let service = try Fields(fields.source, range)
      guard let identity = try? SPIFFEID(parsing: service.text(2))  // As above.
      else { throw MalformedMessage() }
      mesh.services[service.text(1)] = identity
    }
    for range in fields.ranges(3) {
      guard let identity = try? SPIFFEID(parsing: fields.text(range))  // As above.
      else { throw MalformedMessage() }
      mesh.gateways.insert(identity)
    }
    for range in fields.ranges(4) {
      guard let identity = try? SPIFFEID(parsing: fields.text(range))  // As above.
      else { throw MalformedMessage() }
      mesh.own = identity
    }
    return mesh
  }

  /// A message of the largest size that is taken over gRPC.
  private static let maximumFrameBytes: UInt64 = 8 << 20
}

/// The fields of one small message.
private struct Fields {
  let source: [UInt8]
  private var numbers: [UInt32: UInt64] = [:]
  private var texts: [(field: UInt32, range: Range<Int>)] = []

  init(_ source: [UInt8], _ range: Range<Int>) throws(MalformedMessage) {
    self.source = source
    let bytes = source.span.bytes
    var cursor = WireCursor(bytes, range)
    while !cursor.isAtEnd {
      let tag = try cursor.tag(bytes)
      switch tag & 7 {
      case WireType.varint: numbers[tag >> 3] = try cursor.varint(bytes)
      case WireType.bytes: texts.append((tag >> 3, try cursor.content(bytes)))
      default: try cursor.skip(bytes, tag)
      }
    }
  }

  func number(_ field: UInt32) -> UInt64 { numbers[field] ?? 0 }

  func ranges(_ field: UInt32) -> [Range<Int>] {
    texts.filter { $0.field == field }.map(\.range)
  }

  func bytes(_ field: UInt32) -> [UInt8] {
    ranges(field).last.map { Array(source[$0]) } ?? []
  }

  func text(_ field: UInt32) -> String { String(decoding: bytes(field), as: UTF8.self) }
  func text(_ range: Range<Int>) -> String { String(decoding: source[range], as: UTF8.self) }
}

/// Why a recording cannot be read on.
package enum RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
  case notARecording
  /// What follows this place is not understood.
  case damaged(offset: Int)

  package var description: String {
    switch self {
    case .notARecording: "this is no recording of 'flyball record'"
    case .damaged(let offset): "the recording is damaged at byte \(offset) of its content"
    }
  }
}
