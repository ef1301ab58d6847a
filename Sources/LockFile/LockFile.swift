internal import Glibc

/// Holds a path for one process; the kernel lets go when the process ends, however it ends.
package final class LockFile: Sendable {
  private let descriptor: Int32

  package enum Failure: Error, Hashable, Sendable {
    /// Another process holds it.
    case held
    case cannotOpen(String)
  }

  /// Locks `<path>.lock`, because SQLite locks its file itself and a socket cannot be locked.
  package init(for path: String) throws(Failure) {
    let lock = path + ".lock"
    descriptor = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .cannotOpen("cannot open \(lock): \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .held
    }
  }

  deinit {
    close(descriptor)
  }
}
