package import Access
internal import Foundation

extension TokenFile {
  /// Writes the file anew, for its owner's eyes only; whoever reads it meanwhile sees the whole of
  /// the old or of the new one.
  package static func replace(_ path: String, with tokens: [TokenRecord]) throws(TokenFileError) {
    let draft = path + ".new"
    unlink(draft)
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw TokenFileError("create", draft) }
    defer { close(file) }
    var rest = Array(text(tokens).utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw TokenFileError("write", draft)
      }
      rest = rest.dropFirst(count)
    }
    guard fsync(file) == 0 else { throw TokenFileError("write", draft) }
    guard rename(draft, path) == 0 else { throw TokenFileError("replace", path) }
    try syncFolder(of: path)
  }

  /// A rename lasts once its folder is written.
  private static func syncFolder(of path: String) throws(TokenFileError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw TokenFileError("open", folder) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw TokenFileError("write", folder) }
  }
}

/// The token file could not be written.
package struct TokenFileError: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ verb: String, _ path: String) {
    description = "cannot \(verb) '\(path)': \(String(cString: strerror(errno)))"
  }
}
