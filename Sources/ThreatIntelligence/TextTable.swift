/// Where the records of texts are, by a hash of the text.
///
/// Open addressing in one array of eight bytes a slot, at most three quarters full. A slot keeps half
/// of the hash; whoever looks confirms by the text itself.
struct TextTable: Sendable {
  /// The upper half of the hash, and the record's position plus 1; 0 is empty.
  private var slots: [UInt64]
  private let mask: Int

  init(capacity: Int) {
    var count = 8
    while count * 3 < capacity * 4 { count *= 2 }
    slots = Array(repeating: 0, count: count)
    mask = count - 1
  }

  var bytes: Int { slots.count * MemoryLayout<UInt64>.stride }

  @inline(__always)
  func record(_ hash: UInt64, where confirms: (UInt32) -> Bool) -> UInt32? {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let content = slots[slot]
      guard content != 0 else { return nil }
      if content &>> 32 == hash &>> 32 {
        let record = UInt32(truncatingIfNeeded: content) &- 1
        if confirms(record) { return record }
      }
      slot = (slot &+ 1) & mask
    }
  }

  /// Adds a record whose text is not there yet; the caller keeps to the capacity.
  mutating func insert(_ record: UInt32, _ hash: UInt64) {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = (hash & 0xFFFF_FFFF_0000_0000) | UInt64(record + 1)
  }
}
