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

/// Writes a gzip file that nobody else may read.
package final class GzipWriter {
  private let path: String
  private var file: gzFile?

  /// Refuses to replace a file.
  package init(path: String) throws(GzipError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw GzipError("create", path, errno) }
    guard let file = gzdopen(descriptor, "wb6") else {
      Foundation.close(descriptor)
      throw GzipError("create", path, errno)
    }
    self.path = path
    self.file = file
  }

  deinit {
    if let file { gzclose_w(file) }
  }

  package func write(_ bytes: [UInt8]) throws(GzipError) {
    guard !bytes.isEmpty else { return }
    guard gzwrite(file, bytes, UInt32(clamping: bytes.count)) == bytes.count else {
      throw GzipError("write", path, errno)
    }
  }

  /// Puts what was written so far where a crash does not take it.
  package func flush() throws(GzipError) {
    guard gzflush(file, Z_SYNC_FLUSH) == Z_OK else { throw GzipError("write", path, errno) }
  }

  package func close() throws(GzipError) {
    guard let file else { return }
    self.file = nil
    guard gzclose_w(file) == Z_OK else { throw GzipError("write", path, errno) }
  }
}

package struct GzipError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }

  /// With the reason that the system gave.
  init(_ verb: String, _ path: String, _ code: Int32) {
    description = "cannot \(verb) '\(path)': \(String(cString: strerror(code)))"
  }
}
