/// Fields of a protocol message, written one after the other into one buffer.
///
/// Source: the Protocol Buffers documentation, "Encoding"; field numbers are at most 15.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  mutating func string(_ field: UInt8, _ text: String) {
    message(field) { $0.bytes.append(contentsOf: text.utf8) }
  }

  mutating func message(_ field: UInt8, _ content: [UInt8]) {
    message(field) { $0.bytes.append(contentsOf: content) }
  }

  /// A message whose length is known once its content is written.
  mutating func message(
    _ field: UInt8, _ write: (inout ProtocolBuffer) throws -> Void
  ) rethrows {
    bytes.append(field << 3 | 2)
    bytes.append(0)
    let start = bytes.count
    try write(&self)
    var rest = bytes.count - start
    var position = start - 1
    while rest > 0x7F {
      bytes[position] = UInt8(rest & 0x7F) | 0x80
      rest >>= 7
      position += 1
      bytes.insert(0, at: position)
    }
    bytes[position] = UInt8(rest)
  }

  /// A number below 128.
  mutating func number(_ field: UInt8, _ value: UInt8) {
    bytes.append(field << 3)
    bytes.append(value)
  }
}
