internal import CZlib

/// Unpacks gzip, never past a bound.
enum Gzip {
  enum Failure: Error {
    case damaged
    case tooLarge
  }

  static func unpack(_ packed: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
    var result = 0
    let unpacked = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      result = packed.withUnsafeBufferPointer { input in
        czlib_gunzip(input.baseAddress, input.count, output.baseAddress, limit)
      }
      count = max(0, result)
    }
    switch result {
    case 0...: return unpacked
    case -2: throw .tooLarge
    default: throw .damaged
    }
  }
}
