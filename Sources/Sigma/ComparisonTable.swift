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
    for position in tests where holds(entries[Int(position)], text, range) { return true }
    return false
  }

  private func holds(_ entry: Entry, _ text: [UInt8], _ range: Range<Int>) -> Bool {
    let last = range.upperBound &- Int(entry.count)
    guard last >= range.lowerBound else { return false }
    if entry.isAtStart {
      return (!entry.isAtEnd || last == range.lowerBound) && fits(entry, text, range.lowerBound)
    }
    var start = entry.isAtEnd ? last : range.lowerBound
    while start <= last {
      if fits(entry, text, start) { return true }
      start &+= 1
    }
    return false
  }

  private func fits(_ entry: Entry, _ text: [UInt8], _ start: Int) -> Bool {
    for offset in 0..<Int(entry.count) {
      let byte = text[start &+ offset]
      if bytes[Int(entry.first) &+ offset] != (entry.isCased ? byte : byte.foldedASCII) {
        return false
      }
    }
    return true
  }
}
