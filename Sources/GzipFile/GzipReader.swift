internal import CZlib
internal import Foundation

/// Reads a gzip file (RFC 1952), or one that is not compressed, from its beginning.
package final class GzipReader {
  /// The size of the file in bytes.
  package let fileBytes: Int
  private let file: gzFile
  private let path: String

  package init(path: String) throws(GzipError) {
    guard let file = gzopen(path, "rbe") else { throw GzipError("open", path, errno) }
    self.file = file
    self.path = path
    var status = stat()
    fileBytes = stat(path, &status) == 0 ? Int(status.st_size) : 0
    gzbuffer(file, 1 << 16)
  }

  deinit {
    gzclose_r(file)
  }

  /// Bytes of the file read so far.
  package var position: Int { max(0, Int(gzoffset(file))) }

  /// At most `count` bytes; none at the end. Fails when the file is damaged, or ends too early.
  package func read(upTo count: Int) throws(GzipError) -> [UInt8] {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let got = gzread(file, buffer.baseAddress, UInt32(clamping: count))
      filled = max(0, Int(got))
      failed = got < 0
    }
    var code: Int32 = 0
    let reason = gzerror(file, &code).map { String(cString: $0) } ?? ""
    // A file that was cut off ends with what is whole of it, and Z_BUF_ERROR.
    if failed || (bytes.isEmpty && code == Z_BUF_ERROR) {
      throw GzipError(
        bytes.isEmpty && code == Z_BUF_ERROR
          ? "'\(path)' was cut off" : "cannot read '\(path)': \(reason)")
    }
    return bytes
  }
}
