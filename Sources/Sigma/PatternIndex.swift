/// What the patterns of a set of rules stand for: where in a request they count, and for what.
struct PatternIndex: Sendable {
  /// Those of the pattern n are `uses[starts[n]..<starts[n + 1]]`.
  let starts: [Int]
  let uses: [Use]

  /// A place where a pattern counts.
  struct Use: Hashable, Sendable {
    let predicate: Int32
    /// Of a literal; 0 for an expression.
    let byteCount: Int32
    /// A field's raw value, or `anywhere`.
    let place: UInt8
    /// Whether the field has to begin, or end, with it.
    let isAtStart: Bool
    let isAtEnd: Bool
    /// Whether the predicate holds with it; else it holds only if it does.
    let proves: Bool

    /// All texts of the request together.
    static let anywhere = UInt8(RequestField.allCases.count)
  }

  /// Numbers the patterns in the order of their first use.
  static func make(_ uses: [(pattern: Pattern, use: Use)]) -> (patterns: [Pattern], PatternIndex) {
    var patterns: [Pattern] = []
    var numbers: [Pattern: Int] = [:]
    var grouped: [[Use]] = []
    for (pattern, use) in uses {
      if let number = numbers[pattern] {
        grouped[number].append(use)
      } else {
        numbers[pattern] = patterns.count
        patterns.append(pattern)
        grouped.append([use])
      }
    }
    let starts = grouped.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    return (patterns, PatternIndex(starts: starts, uses: grouped.flatMap(\.self)))
  }
}
