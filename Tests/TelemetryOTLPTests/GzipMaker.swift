/// Gzip by hand: as it is, or as a bomb.
enum GzipMaker {
  /// Without compression.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var output = header
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      output.append(rest.isEmpty ? 1 : 0)
      output += littleEndian(UInt16(block.count)) + littleEndian(~UInt16(block.count)) + block
    } while !rest.isEmpty
    return output + littleEndian(checksum(bytes)) + littleEndian(UInt32(bytes.count))
  }

  /// One letter and `repeats` times 258 more of it, at 13 bits each; the checksum is left out.
  static func bomb(repeats: Int) -> [UInt8] {
    var output = header
    var pending: UInt32 = 0
    var count: UInt32 = 0
    func put(_ bits: UInt32, _ width: UInt32) {
      pending |= bits << count
      count += width
      while count >= 8 {
        output.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        count -= 8
      }
    }
    put(0b011, 3)
    // A literal `a`, then the longest match at distance 1; Huffman codes go in from their top bit.
    put(reversed(0x30 + 0x61, 8), 8)
    for _ in 0..<repeats {
      put(reversed(0b1100_0101, 8), 8)
      put(0, 5)
    }
    put(0, 15)
    return output
  }

  private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

  private static func reversed(_ bits: UInt32, _ width: UInt32) -> UInt32 {
    (0..<width).reduce(0) { $0 << 1 | (bits >> $1 & 1) }
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~sum
  }
}
