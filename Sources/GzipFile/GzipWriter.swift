internal import CZlib
internal import Foundation

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
