internal import CZlib

/// Unpacks gzip (RFC 1952), never past a bound.
enum Gzip {
  enum Failure: Error {
    case damaged
    case tooLarge
  }

  /// One member, and nothing after it.
  static func unpack(_ packed: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
    var stream = z_stream()
    // 16 means that the wrapping is gzip's.
    guard
      inflateInit2_(
        &stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .damaged }
    defer { inflateEnd(&stream) }
    var code = Z_STREAM_ERROR
    var packed = packed
    // One call with all of the room: there is no loop that a crafted stream could keep going.
    let unpacked = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      packed.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(clamping: input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(clamping: limit)
        code = inflate(&stream, Z_FINISH)
        count = limit - Int(stream.avail_out)
      }
    }
    if code == Z_STREAM_END, stream.avail_in == 0 { return unpacked }
    let isFull = stream.avail_out == 0 && (code == Z_OK || code == Z_BUF_ERROR)
    throw isFull ? .tooLarge : .damaged
  }
}
