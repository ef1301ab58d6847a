internal import Glibc

/// Holds a file for one process; the kernel lets go when the process ends, however it ends.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Locks `<file>.lock`, because SQLite locks the file itself.
  init(file: String) throws(HistoryError) {
    let path = file + ".lock"
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw HistoryError(
        code: .cannotOpen, message: "cannot open \(path): \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .inUse(file)
    }
  }

  deinit {
    close(descriptor)
  }
}
