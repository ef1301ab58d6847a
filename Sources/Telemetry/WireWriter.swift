internal import MeshModel

/// Writes the protobuf wire format; fields of value zero and empty texts are left out, as proto3 does.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  var isEmpty: Bool { bytes.isEmpty }

  mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: value))
  }

  mutating func number(_ field: UInt32, _ value: UInt64) {
    guard value != 0 else { return }
    varint(UInt64(field << 3 | WireType.varint))
    varint(value)
  }

  mutating func text(_ field: UInt32, _ source: borrowing RawSpan, _ range: ByteRange) {
    guard !range.isEmpty else { return }
    varint(UInt64(field << 3 | WireType.bytes))
    varint(UInt64(range.count))
    append(source, range.range)
  }

  mutating func text(_ field: UInt32, _ text: some Collection<UInt8>) {
    guard !text.isEmpty else { return }
    varint(UInt64(field << 3 | WireType.bytes))
    varint(UInt64(text.count))
    bytes += text
  }

  /// Written even when it is empty: presence may mean something.
  mutating func message(_ field: UInt32, _ content: WireWriter) {
    varint(UInt64(field << 3 | WireType.bytes))
    varint(UInt64(content.bytes.count))
    bytes += content.bytes
  }

  private mutating func append(_ source: borrowing RawSpan, _ range: Range<Int>) {
    source.extracting(range).withUnsafeBytes { bytes += $0 }
  }
}
