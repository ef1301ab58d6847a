/// Literals that are compared with a field when asked for, side by side in memory.
struct ComparisonTable: Sendable {
  private var bytes: [UInt8] = []
  private var entries: [Entry] = []

  private struct Entry: Sendable {
    let first: Int32
    let count: Int32
    let isCased: Bool
    let isAtStart: Bool
    let isAtEnd: Bool
  }

  /// Adds tests, and returns where they are.
  mutating func append(_ tests: [LiteralTest]) -> Range<Int32> {
    let first = Int32(entries.count)
    for test in tests {
      entries.append(
        Entry(
          first: Int32(bytes.count), count: Int32(test.literal.bytes.count),
          isCased: test.literal.isCased, isAtStart: test.isAtStart, isAtEnd: test.isAtEnd))
      bytes += test.literal.bytes
    }
    return first..<Int32(entries.count)
  }

  /// Whether what `range` of `text` holds passes any of the tests.
  func holdsAny(_ tests: Range<Int32>, _ text: [UInt8], _ range: Range<Int>) -> Bool {
    let text = text.span.extracting(range)
    let literals = bytes.span
    for position in tests where holds(entries[Int(position)], literals, text) { return true }
    return false
  }

  private func holds(_ entry: Entry, _ literals: Span<UInt8>, _ text: Span<UInt8>) -> Bool {
    let last = text.count &- Int(entry.count)
    guard last >= 0, !entry.isAtStart || !entry.isAtEnd || last == 0 else { return false }
    let literal = literals.extracting(Int(entry.first)..<Int(entry.first &+ entry.count))
    // A bit by which small letters differ from large ones.
    let fold: UInt8 = entry.isCased ? 0 : 0x20
    let first = literal[0] | fold
    var start = entry.isAtEnd ? last : 0
    let end = entry.isAtStart ? 0 : last
    while start <= end {
      if text[unchecked: start] | fold == first, fits(entry, literal, text, start) { return true }
      start &+= 1
    }
    return false
  }

  private func fits(
    _ entry: Entry, _ literal: Span<UInt8>, _ text: Span<UInt8>, _ start: Int
  ) -> Bool {
    for offset in literal.indices {
      let byte = text[start &+ offset]
      if literal[offset] != (entry.isCased ? byte : byte.foldedASCII) { return false }
    }
    return true
  }
}
