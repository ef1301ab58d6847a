internal import Glibc
internal import TransparencyLog

/// The file that checkpoints are appended to, one note after another with an empty line between; best kept
/// where the history's machine can only append.
struct CheckpointFile {
  let path: String

  /// A run of lines between empty ones, and where it began.
  struct Paragraph {
    var text: String
    var line: Int
    var isSignatures: Bool { text.hasPrefix("\u{2014} ") }
  }

  var exists: Bool { access(path, F_OK) == 0 }

  /// Appends the note and returns once it is durable. What a crash left unfinished stays, closed off.
  func append(_ note: SignedNote) throws(HistoryError) {
    let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failed("cannot be opened") }
    defer { close(descriptor) }
    let end = lseek(descriptor, 0, SEEK_END)
    var tail: [UInt8] = [0, 0]
    let isClosed =
      end == 0 || end >= 2 && pread(descriptor, &tail, 2, end - 2) == 2 && tail == [10, 10]
    let bytes = Array(((isClosed ? "" : "\n\n") + note.description + "\n").utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw failed("cannot be written")
    }
    guard fsync(descriptor) == 0 else { throw failed("cannot be synced") }
  }

  /// Hands over each note, and the line of each paragraph that is part of none.
  func read(
    note: (SignedNote, _ line: Int) throws -> Void, unreadable: (_ line: Int) throws -> Void
  ) throws {
    guard let file = fopen(path, "re") else { throw failed("cannot be read") }
    defer { fclose(file) }
    var before: Paragraph?
    var current: Paragraph?
    var number = 0
    func end() throws {
      guard let paragraph = current else { return }
      current = nil
      if paragraph.isSignatures, let text = before, !text.isSignatures {
        before = nil
        let bytes = Array((text.text + "\n" + paragraph.text).utf8)
        // What cannot be read proves nothing and is told.
        if let signed = try? SignedNote(parsing: bytes) {
          try note(signed, text.line)
        } else {
          try unreadable(text.line)
        }
      } else {
        if let before { try unreadable(before.line) }
        before = paragraph
      }
    }
    while let line = Self.line(file) {
      number += 1
      if line == "\n" {
        try end()
      } else if (current?.text.utf8.count ?? 0) + line.utf8.count <= LogBounds.noteBytes {
        if current == nil { current = Paragraph(text: "", line: number) }
        current?.text += line
      } else {
        // Too long for a note: what follows cannot be one with it.
        try unreadable(current?.line ?? number)
        current = nil
      }
    }
    try end()
    if let before { try unreadable(before.line) }
  }

  /// One line with its end, cut off where no note has one as long. Nil at the end of the file.
  private static func line(_ file: UnsafeMutablePointer<FILE>) -> String? {
    var bytes: [UInt8] = []
    while bytes.count <= LogBounds.noteBytes {
      let character = getc(file)
      guard character != EOF else { break }
      bytes.append(UInt8(truncatingIfNeeded: character))
      if character == 10 { break }
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  private func failed(_ what: String) -> HistoryError {
    HistoryError(
      code: .badCheckpoints, message: "\(path) \(what): \(String(cString: strerror(errno)))")
  }
}
