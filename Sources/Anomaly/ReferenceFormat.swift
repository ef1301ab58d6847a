internal import MeshModel

/// The saved form of references: a header, one section for each shard, a checksum.
///
/// All numbers are little-endian. Header: `FLYBREF` and a format byte, the number of shards (4 bytes).
/// Section: its length (8), then records and known contacts as `Scorer` writes them. Trailer: a
/// `StableHash` of all before it (8).
package enum ReferenceFormat {
  package static func join(_ sections: [[UInt8]]) -> [UInt8] {
    var writer = ByteWriter()
    writer.bytes = magic
    writer.write(UInt32(sections.count))
    for section in sections {
      writer.write(UInt64(section.count))
      writer.bytes += section
    }
    writer.write(checksum(writer.bytes[...]))
    return writer.bytes
  }

  /// The sections, for as many shards as there are now.
  package static func split(_ bytes: [UInt8], shards: Int) throws(ReferenceError) -> [[UInt8]] {
    guard bytes.count >= magic.count + 12, bytes.starts(with: magic.dropLast()) else {
      throw .notReferences
    }
    guard bytes[magic.count - 1] == magic[magic.count - 1] else {
      throw .otherFormat(bytes[magic.count - 1])
    }
    var trailer = ByteReader(bytes[(bytes.count - 8)...])
    guard try trailer.read(UInt64.self) == checksum(bytes.dropLast(8)) else { throw .damaged }
    var reader = ByteReader(bytes.dropLast(8).dropFirst(magic.count))
    let count = try reader.read(UInt32.self)
    guard Int(count) == shards else { throw .otherShards(Int(count)) }
    var sections: [[UInt8]] = []
    for _ in 0..<count {
      sections.append(Array(try reader.take(Int(clamping: try reader.read(UInt64.self)))))
    }
    guard reader.isAtEnd else { throw .damaged }
    return sections
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash = StableHash()
    bytes.withUnsafeBytes { hash.combine($0.bytes, 0..<$0.count) }
    return hash.value
  }

  private static let magic = Array("FLYBREF".utf8) + [1]
}

package enum ReferenceError: Error, Hashable, Sendable, CustomStringConvertible {
  case notReferences
  case otherFormat(UInt8)
  case otherShards(Int)
  case damaged

  package var description: String {
    switch self {
    case .notReferences: "it holds no references"
    case .otherFormat(let format): "its format \(format) is not known to this version"
    case .otherShards(let count): "it was written for \(count) shards"
    case .damaged: "it is damaged"
    }
  }
}

struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func write(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}

struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func read<Value: FixedWidthInteger>(
    _ type: Value.Type
  ) throws(ReferenceError) -> Value {
    let bytes = try take(MemoryLayout<Value>.size)
    var value: Value = 0
    for byte in bytes.reversed() { value = value << 8 | Value(truncatingIfNeeded: byte) }
    return value
  }

  mutating func take(_ count: Int) throws(ReferenceError) -> ArraySlice<UInt8> {
    guard count >= 0, rest.count >= count else { throw .damaged }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
