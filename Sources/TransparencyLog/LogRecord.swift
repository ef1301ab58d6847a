/// One record of the history as a leaf of its log.
///
/// The encoding is canonical: two records that differ have different bytes, and bytes that are no record's
/// encoding are refused. Numbers are big-endian. Version 1:
///
///     15 bytes  "flyball-record" and the version, 1
///      8 bytes  seq, from 1 on: the leaf's index plus one
///      8 bytes  time, microseconds since 1970 as two's complement
///      1 byte   bit 0: an intent; bit 1: has an action; bit 2: has a body
///      4 bytes  length of the action's id, and its UTF-8 (0 without one)
///      4 bytes  length of the event's name, and its UTF-8
///      4 bytes  length of the detail, and its UTF-8
///     32 bytes  SHA-256 of the action's body as stored with it, if it has one
///
/// Texts are bytes here, for what is stored may have been altered to what is no text.
package struct LogRecord: Hashable, Sendable {
  package var seq: UInt64
  package var microseconds: Int64
  package var isIntent: Bool
  package var action: [UInt8]?
  package var event: [UInt8]
  package var detail: [UInt8]
  package var body: LogHash?

  private static let heading = Array("flyball-record".utf8) + [1]

  package init(
    seq: UInt64, microseconds: Int64, isIntent: Bool, action: [UInt8]?, event: [UInt8],
    detail: [UInt8], body: LogHash?
  ) {
    self.seq = seq
    self.microseconds = microseconds
    self.isIntent = isIntent
    self.action = action
    self.event = event
    self.detail = detail
    self.body = body
  }

  package init(decoding bytes: [UInt8]) throws(LogError) {
    guard bytes.count <= LogBounds.recordBytes else {
      throw .tooLarge(limit: LogBounds.recordBytes)
    }
    guard bytes.starts(with: Self.heading) else {
      throw .malformed("not a record of a version that is known")
    }
    var rest = bytes.dropFirst(Self.heading.count)
    let seq = try Self.number(&rest, 8)
    let time = try Self.number(&rest, 8)
    let flags = try Self.number(&rest, 1)
    guard flags < 8 else { throw .malformed("a record with unknown flags") }
    let action = try Self.text(&rest)
    let event = try Self.text(&rest)
    let detail = try Self.text(&rest)
    let body = flags & 4 == 0 ? nil : LogHash(try Self.take(&rest, LogHash.byteCount))
    guard rest.isEmpty else { throw .malformed("a record with bytes after its end") }
    guard flags & 2 != 0 || action.isEmpty else {
      throw .malformed("a record with the action that it has not")
    }
    self.init(
      seq: seq, microseconds: Int64(bitPattern: time), isIntent: flags & 1 != 0,
      action: flags & 2 == 0 ? nil : action, event: event, detail: detail, body: body)
  }

  package var bytes: [UInt8] {
    var bytes = Self.heading
    Self.append(seq, 8, to: &bytes)
    Self.append(UInt64(bitPattern: microseconds), 8, to: &bytes)
    bytes.append((isIntent ? 1 : 0) | (action == nil ? 0 : 2) | (body == nil ? 0 : 4))
    for text in [action ?? [], event, detail] {
      Self.append(UInt64(text.count), 4, to: &bytes)
      bytes += text
    }
    return bytes + (body?.bytes ?? [])
  }

  package var leaf: LogHash { LogHash(leaf: bytes) }

  private static func append(_ number: UInt64, _ count: Int, to bytes: inout [UInt8]) {
    for position in (0..<count).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * position)))
    }
  }

  private static func take(
    _ rest: inout ArraySlice<UInt8>, _ count: Int
  ) throws(LogError) -> [UInt8] {
    guard rest.count >= count else { throw .malformed("a record that ends early") }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  private static func number(
    _ rest: inout ArraySlice<UInt8>, _ count: Int
  ) throws(LogError) -> UInt64 {
    try take(&rest, count).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) throws(LogError) -> [UInt8] {
    // Four bytes fit an Int.
    let count = Int(try number(&rest, 4))
    return try take(&rest, count)
  }
}
