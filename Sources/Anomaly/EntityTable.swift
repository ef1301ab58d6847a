/// The records of a shard's entities, found by key; of fixed size, so that it never grows in a rush.
///
/// Open addressing with linear probing over positions; records live in blocks that are made when
/// first needed. A secret places the keys, so that nobody can choose entities that collide; which
/// entities there are, and what is decided, does not depend on it. When it is full, a hand goes
/// round and forgets the quietest of the next few.
struct EntityTable: Sendable {
  private var slots: [UInt32]
  private var blocks: [[EntityRecord]] = []
  private var free: [UInt32] = []
  private let secret: UInt64
  let limit: Int
  private var hand = 0
  private(set) var count = 0

  /// `limit` is a power of two.
  init(limit: Int, secret: UInt64) {
    self.limit = limit
    self.secret = secret | 1
    slots = Array(repeating: 0, count: limit * 2)
  }

  subscript(position: Int) -> EntityRecord {
    @inline(__always) _read { yield blocks[position >> Self.blockShift][position & Self.blockMask] }
    @inline(__always) _modify {
      yield &blocks[position >> Self.blockShift][position & Self.blockMask]
    }
  }

  @inline(__always)
  func find(_ key: UInt64) -> Int? {
    var index = home(key)
    while slots[index] != 0 {
      let slot = slots[index]
      if slot >> Self.tagShift == Self.tag(key) {
        let position = Int(slot & Self.positionMask) - 1
        if self[position].key == key { return position }
      }
      index = (index &+ 1) & (slots.count &- 1)
    }
    return nil
  }

  func forEach(_ body: (EntityRecord) -> Void) {
    for slot in slots where slot != 0 { body(self[Int(slot & Self.positionMask) - 1]) }
  }

  /// The position of a new record, and the one that made room for it.
  mutating func insert(_ record: EntityRecord) -> (Int, displaced: EntityRecord?) {
    var displaced: EntityRecord?
    if count >= limit { displaced = forgetQuiet() }
    let position: Int
    if let old = free.popLast() {
      position = Int(old)
      self[position] = record
    } else {
      position = count
      if position & Self.blockMask == 0 {
        blocks.append([])
        blocks[blocks.count - 1].reserveCapacity(Self.blockMask + 1)
      }
      blocks[blocks.count - 1].append(record)
    }
    count += 1
    var index = home(record.key)
    while slots[index] != 0 { index = (index &+ 1) & (slots.count &- 1) }
    slots[index] = Self.tag(record.key) << Self.tagShift | UInt32(position + 1)
    return (position, displaced)
  }

  /// Of the next records under the hand, forgets the one not seen for longest.
  private mutating func forgetQuiet() -> EntityRecord {
    var quietest = hand
    for _ in 0..<Self.reach {
      if self[hand].second < self[quietest].second { quietest = hand }
      hand = (hand + 1) % limit
    }
    let record = self[quietest]
    remove(quietest)
    return record
  }

  /// Of the next records under the hand, forgets the one of this owner not seen for longest; nil
  /// when none of them is its.
  mutating func removeQuiet(of owner: UInt32) -> EntityRecord? {
    let used = count + free.count
    var quietest: Int?
    for _ in 0..<min(Self.reach, used) {
      if hand >= used { hand = 0 }
      if self[hand].owner == owner, self[hand].second != Self.freed,
        quietest.map({ self[hand].second < self[$0].second }) ?? true
      {
        quietest = hand
      }
      hand = (hand + 1) % limit
    }
    guard let quietest else { return nil }
    let record = self[quietest]
    remove(quietest)
    return record
  }

  private mutating func remove(_ position: Int) {
    var index = home(self[position].key)
    while slots[index] & Self.positionMask != UInt32(position + 1) {
      index = (index &+ 1) & (slots.count &- 1)
    }
    free.append(UInt32(position))
    self[position].second = Self.freed
    count -= 1
    // Moves later ones of the same run up, so that no search stops short.
    var next = (index &+ 1) & (slots.count &- 1)
    while slots[next] != 0 {
      let wanted = home(self[Int(slots[next] & Self.positionMask) - 1].key)
      if (next &- wanted) & (slots.count &- 1) >= (next &- index) & (slots.count &- 1) {
        slots[index] = slots[next]
        index = next
      }
      next = (next &+ 1) & (slots.count &- 1)
    }
    slots[index] = 0
  }

  @inline(__always)
  private func home(_ key: UInt64) -> Int {
    let product = key.multipliedFullWidth(by: secret)
    return Int(truncatingIfNeeded: product.high ^ product.low) & (slots.count &- 1)
  }

  @inline(__always)
  private static func tag(_ key: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: key >> 56)
  }

  /// The second of a place that is free and still holds what it held; no request has it.
  private static let freed = UInt32.max
  private static let tagShift: UInt32 = 24
  private static let positionMask: UInt32 = 0xFF_FFFF
  /// Records looked at to forget one, so that a full table costs little for each new entity.
  private static let reach = 64
  private static let blockShift = 12
  private static let blockMask = 4_095
}
