/// Which expressions of a database were found.
package struct ExpressionHits: Hashable, Sendable {
  private var words: [UInt64]

  /// None of `count` expressions.
  package init(count: Int) {
    words = Array(repeating: 0, count: (count + 63) / 64)
  }

  package mutating func removeAll() {
    for index in words.indices { words[index] = 0 }
  }

  /// Traps unless `number` is that of an expression.
  package mutating func insert(_ number: Int) {
    words[number >> 6] |= 1 << UInt64(number & 63)
  }

  package func contains(_ number: Int) -> Bool {
    words[number >> 6] & 1 << UInt64(number & 63) != 0
  }
}
