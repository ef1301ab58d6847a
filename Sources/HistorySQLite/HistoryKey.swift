internal import Glibc
package import TransparencyLog

/// The file with the key that signs checkpoints; nobody but its owner may read it.
package struct HistoryKey: Sendable {
  package let signer: NoteSigner

  /// Reads the key; where there is none, `makeMissing` makes one.
  package init(path: String, makeMissing: Bool) throws(HistoryError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      guard errno == ENOENT, makeMissing else { throw Self.failed(path, "cannot be read") }
      self.signer = try Self.make(path)
      return
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Self.failed(path, "is no file")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw HistoryError(
        code: .badKey, message: "\(path) may be read by others; make it yours alone: chmod 600")
    }
    var bytes = [UInt8](repeating: 0, count: Self.maximumBytes)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0, let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
      throw Self.failed(path, "holds no key")
    }
    do {
      signer = try NoteSigner(parsing: text.last == "\n" ? String(text.dropLast()) : text)
    } catch {
      throw HistoryError(code: .badKey, message: "\(path): \(error)")
    }
  }

  /// A file that is made at once with its content's protection; it never holds half a key.
  private static func make(_ path: String) throws(HistoryError) -> NoteSigner {
    var generator = SystemRandomNumberGenerator()
    let seed = (0..<NoteSigner.seedBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let signer: NoteSigner
    do {
      signer = try NoteSigner(seed: seed)
    } catch {
      throw HistoryError(code: .badKey, message: "no key could be made: \(error)")
    }
    let draft = path + ".new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failed(path, "cannot be made") }
    defer { close(descriptor) }
    let text = Array((signer.secretText + "\n").utf8)
    guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0,
      // Unlike rename, link replaces no key that came meanwhile.
      link(draft, path) == 0
    else { throw failed(path, "cannot be written") }
    unlink(draft)
    return signer
  }

  private static func failed(_ path: String, _ what: String) -> HistoryError {
    HistoryError(
      code: .badKey, message: "the key \(path) \(what): \(String(cString: strerror(errno)))")
  }

  private static let maximumBytes = 4_096
}
