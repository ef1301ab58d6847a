internal import Glibc
internal import MeshModel
internal import Synchronization

/// A small file beside the history that names actions which were withdrawn when the history could no
/// longer be written, so that the next start does not enforce them again.
///
/// Its room is taken when it is made, so that it can be written on a full disk; one slot of 16 bytes for
/// each id, written in place.
final class WithdrawalNote: Sendable {
  private let descriptor: Int32
  private let noted: Mutex<[ActionID]>

  /// Makes the file where there is none. Nil when that is not possible: then nothing can be noted.
  init?(beside history: String) {
    descriptor = open(history + ".withdrawn", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.slots * Self.slotBytes)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    if count < bytes.count {
      for position in max(0, count)..<bytes.count { bytes[position] = 0 }
      guard Self.write(bytes, to: descriptor, at: 0) else {
        close(descriptor)
        return nil
      }
    }
    let ids = stride(from: 0, to: bytes.count, by: Self.slotBytes).compactMap { slot in
      ActionID(parsing: String(decoding: bytes[slot..<slot + Self.slotBytes - 1], as: UTF8.self))
    }
    noted = Mutex(ids)
  }

  deinit {
    close(descriptor)
  }

  var ids: Set<ActionID> { Set(noted.withLock { $0 }) }

  /// Whether all of them are on the disk now.
  func add(_ ids: [ActionID]) -> Bool {
    noted.withLock { noted in
      for id in ids where !noted.contains(id) {
        guard noted.count < Self.slots else { return false }
        let place = noted.count * Self.slotBytes
        guard Self.write(Array((id.description + "\n").utf8), to: descriptor, at: place) else {
          return false
        }
        noted.append(id)
      }
      return true
    }
  }

  /// Called when no noted action is open any more. That it fails costs nothing: an id is not given twice.
  func clear() {
    noted.withLock { noted in
      let zeros = [UInt8](repeating: 0, count: noted.count * Self.slotBytes)
      if !zeros.isEmpty, Self.write(zeros, to: descriptor, at: 0) { noted = [] }
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, at place: Int) -> Bool {
    pwrite(descriptor, bytes, bytes.count, off_t(place)) == bytes.count
      && fdatasync(descriptor) == 0
  }

  /// More than can be open at once.
  private static let slots = 4_096
  private static let slotBytes = 16
}
