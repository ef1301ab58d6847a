internal import FeedbackLoop
internal import Glibc
internal import MeshModel
internal import Synchronization

/// A small file beside the history that names actions which were withdrawn, or stepped down, when the
/// history could no longer be written, so that the next start does not enforce that again, and can say so.
///
/// Its room is taken when it is made, so that it can be written on a full disk. It is lines of 64 bytes,
/// filled up with blanks: for a step its kind, then the action, when that was, in microseconds since
/// 1970, and as much as there is room for of the operator who had it so, if one did; or zeros. Each is
/// written in place by itself.
final class WithdrawalNote: Sendable {
  private let descriptor: Int32
  /// By their place in the file.
  private let noted: Mutex<[UnrecordedDescent?]>

  /// Makes the file where there is none. Nil when that is not possible: then nothing can be noted.
  init?(beside history: String) {
    descriptor = open(history + ".withdrawn", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.lines * Self.lineBytes)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    if count < bytes.count {
      for position in max(0, count)..<bytes.count { bytes[position] = 0 }
      guard Self.write(bytes, to: descriptor, at: 0) else {
        close(descriptor)
        return nil
      }
    }
    noted = Mutex(
      stride(from: 0, to: bytes.count, by: Self.lineBytes).map {
        UnrecordedDescent(line: bytes[$0..<$0 + Self.lineBytes])
      })
  }

  deinit {
    close(descriptor)
  }

  var entries: [ActionID: UnrecordedDescent] {
    let all = noted.withLock { $0.compactMap(\.self) }
    return Dictionary(all.map { ($0.action, $0) }) { first, _ in first }
  }

  /// Whether all of them are on the disk now. What is known of an action already stands, unless more was
  /// taken back since.
  func add(_ entries: [UnrecordedDescent]) -> Bool {
    noted.withLock { noted in
      for entry in entries {
        let known = noted.firstIndex { $0?.action == entry.action }
        if let said = known.flatMap({ noted[$0] }), !entry.says(moreThan: said) { continue }
        guard let place = known ?? noted.firstIndex(of: nil),
          Self.write(entry.line(Self.lineBytes), to: descriptor, at: place * Self.lineBytes)
        else { return false }
        noted[place] = entry
      }
      return true
    }
  }

  /// Makes room of all others. That it fails costs nothing: an id is not given twice.
  func keep(only actions: Set<ActionID>) {
    noted.withLock { noted in
      for (place, entry) in noted.enumerated() {
        guard let entry, !actions.contains(entry.action),
          Self.write(
            [UInt8](repeating: 0, count: Self.lineBytes), to: descriptor,
            at: place * Self.lineBytes)
        else { continue }
        noted[place] = nil
      }
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, at place: Int) -> Bool {
    pwrite(descriptor, bytes, bytes.count, off_t(place)) == bytes.count
      && fdatasync(descriptor) == 0
  }

  /// More than can be open at once.
  private static let lines = 4_096
  private static let lineBytes = 64
}

extension UnrecordedDescent {
  /// Nil where nothing readable stands.
  fileprivate init?(line: ArraySlice<UInt8>) {
    let bytes = line.prefix { $0 != 0x0A }.reversed().drop { $0 == 0x20 }.reversed()
    let text = String(decoding: bytes, as: UTF8.self)
    let kind = Kind.allCases.first { text.hasPrefix($0.rawValue + " ") }
    let words = text.dropFirst(kind.map { $0.rawValue.count + 1 } ?? 0)
      .split(separator: " ", maxSplits: 2)
    guard words.count >= 2, let action = ActionID(parsing: String(words[0])),
      let microseconds = Int64(words[1])
    else { return nil }
    self.init(
      kind ?? .withdrawn, of: action, at: Timestamp(microseconds: microseconds),
      by: words.count > 2 ? String(words[2]) : nil)
  }

  fileprivate func line(_ size: Int) -> [UInt8] {
    let kind = kind == .withdrawn ? "" : kind.rawValue + " "
    let head = Array("\(kind)\(action) \(at.microseconds) ".utf8)
    let name = String(cutting: by ?? "", toBytes: size - 1 - head.count).utf8
      .map { $0 < 0x20 ? 0x20 : $0 }
    let blanks = [UInt8](repeating: 0x20, count: size - 1 - head.count - name.count)
    return head + name + blanks + [0x0A]
  }
}
