/// Contacts that were seen before, within bounds: two generations of a Bloom filter.
///
/// It may take a new contact for a known one (about one in a hundred when full), never the other
/// way round before a generation has passed: six hours, or less when it is full. What one reporter
/// adds to a generation is bounded, so that nobody can fill it to make others forget.
///
/// Source: Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors" (1970).
struct KnownContacts: Sendable {
  private var young: [UInt64]
  private var old: [UInt64]
  private var added = 0
  /// When the generation began; not saved, so that a restart prolongs it.
  private var began: Int64 = 0
  private var addedBy: [UInt64: Int] = [:]

  init() {
    young = Array(repeating: 0, count: Self.words)
    old = young
  }

  init(from reader: inout ByteReader) throws(ReferenceError) {
    young = []
    old = []
    added = Int(try reader.read(UInt32.self))
    for _ in 0..<Self.words { young.append(try reader.read(UInt64.self)) }
    for _ in 0..<Self.words { old.append(try reader.read(UInt64.self)) }
  }

  func save(to writer: inout ByteWriter) {
    writer.write(UInt32(added))
    for word in young { writer.write(word) }
    for word in old { writer.write(word) }
  }

  @inline(__always)
  func contains(_ key: UInt64) -> Bool {
    let (word, bits) = Self.place(key)
    return young[word] & bits == bits || old[word] & bits == bits
  }

  /// Whether the contact is remembered and need not be renewed.
  @inline(__always)
  func isYoung(_ key: UInt64) -> Bool {
    let (word, bits) = Self.place(key)
    return young[word] & bits == bits
  }

  /// Whether the contact is remembered now; it is not when the reporter has added its share. One of
  /// the older generation is brought into the younger.
  @discardableResult
  mutating func insert(_ key: UInt64, by reporter: UInt64) -> Bool {
    let (word, bits) = Self.place(key)
    guard young[word] & bits != bits else { return true }
    let isKnown = old[word] & bits == bits
    if !isKnown {
      guard addedBy[reporter, default: 0] < ScoringBounds.contactsPerReporter else { return false }
      addedBy[reporter, default: 0] += 1
    }
    young[word] |= bits
    added += 1
    if added >= ScoringBounds.knownContacts { turn() }
    return true
  }

  /// Begins a new generation when the present one is old enough.
  mutating func turn(at second: Int64) {
    if began == 0 { began = second }
    guard second - began >= ScoringBounds.contactGenerationSeconds else { return }
    began = second
    turn()
  }

  private mutating func turn() {
    old = young
    young = Array(repeating: 0, count: Self.words)
    added = 0
    addedBy = [:]
  }

  /// Four bits in one word, so that a look costs one line of memory.
  @inline(__always)
  private static func place(_ key: UInt64) -> (word: Int, bits: UInt64) {
    let bits: UInt64 =
      1 &<< (key & 63) | 1 &<< (key &>> 6 & 63) | 1 &<< (key &>> 12 & 63)
      | 1 &<< (key &>> 18 & 63)
    return (Int(truncatingIfNeeded: key &>> 24) & (words - 1), bits)
  }

  /// Sixteen bits for each contact.
  private static let words = ScoringBounds.knownContacts / 4
}
