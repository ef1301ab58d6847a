internal import GRDB
internal import LockFile

/// What went wrong with the history file, and what to do about it.
package struct HistoryError: Error, Sendable, CustomStringConvertible {
  package enum Code: String, Sendable {
    case inUse = "in-use"
    case cannotOpen = "cannot-open"
    case notADatabase = "not-a-database"
    case newer
    case notDurable = "not-durable"
    case writeFailed = "write-failed"
    /// As before, but what was withdrawn is noted: a restart does not enforce it again.
    case noted = "write-failed-noted"
    case badKey = "bad-key"
    case badCheckpoints = "bad-checkpoints"
  }

  package let code: Code
  package let message: String

  package var description: String { message }

  init(code: Code, message: String) {
    self.code = code
    self.message = message
  }

  static func inUse(_ path: String) -> HistoryError {
    HistoryError(
      code: .inUse, message: "\(path) is in use: another flyball runs on it; stop that one first")
  }

  init(locking path: String, _ failure: LockFile.Failure) {
    switch failure {
    case .held: self = .inUse(path)
    case .cannotOpen(let reason): self.init(code: .cannotOpen, message: reason)
    }
  }

  init(opening path: String, _ error: any Error) {
    switch (error as? DatabaseError)?.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .inUse(path)
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self.init(
        code: .notADatabase,
        message: "\(path) is not a healthy SQLite file; move it aside to start anew")
    default:
      self.init(code: .cannotOpen, message: "cannot open \(path): \(error)")
    }
  }
}
