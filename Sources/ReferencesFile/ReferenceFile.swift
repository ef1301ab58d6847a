internal import Anomaly
internal import Foundation

/// References in one file that is replaced as a whole: a reader finds the old or the new, never a
/// part.
package struct ReferenceFile: ReferenceStore {
  private let path: String

  package init(path: String) {
    self.path = path
  }

  package func load() async throws -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw ReferenceFileError("open", path)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw ReferenceFileError("read", path) }
    guard status.st_size <= Self.maximumBytes else {
      throw ReferenceFileError("'\(path)' is larger than \(Self.maximumBytes) bytes")
    }
    return try Data(contentsOf: URL(fileURLWithPath: path)).map(\.self)
  }

  package func save(_ bytes: [UInt8]) async throws {
    let new = path + ".new"
    let file = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw ReferenceFileError("create", new) }
    defer { close(file) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(file, $0.baseAddress?.advanced(by: written), bytes.count - written)
      }
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw ReferenceFileError("write", new)
      }
      written += count
    }
    guard fsync(file) == 0 else { throw ReferenceFileError("write", new) }
    guard rename(new, path) == 0 else { throw ReferenceFileError("replace", path) }
    try syncFolder()
  }

  package func setAside() async throws -> String {
    let aside = path + ".unreadable"
    guard rename(path, aside) == 0 else { throw ReferenceFileError("rename", path) }
    try syncFolder()
    return aside
  }

  /// A rename lasts once its folder is written.
  private func syncFolder() throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw ReferenceFileError("open", folder) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw ReferenceFileError("write", folder) }
  }

  /// Far more than all shards can fill.
  private static let maximumBytes = 1 << 30
}

package struct ReferenceFileError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }

  /// With the reason that the system gave.
  init(_ verb: String, _ path: String) {
    description = "cannot \(verb) '\(path)': \(String(cString: strerror(errno)))"
  }
}
