/// What the literals of a set of rules stand for: where in a request they count, and for whom.
struct LiteralIndex: Sendable {
  /// Those with the number n are `uses[starts[n]..<starts[n + 1]]`.
  let starts: [Int]
  let uses: [Use]

  /// A place where a literal counts.
  struct Use: Hashable, Sendable {
    let predicate: Int32
    let byteCount: Int32
    let field: RequestField
    /// Whether the field has to begin, or end, with it.
    let isAtStart: Bool
    let isAtEnd: Bool
  }

  /// Numbers the literals in the order of their first use.
  static func make(
    _ uses: [(literal: LiteralPattern, use: Use)]
  ) -> (literals: [LiteralPattern], index: LiteralIndex) {
    var literals: [LiteralPattern] = []
    var numbers: [LiteralPattern: Int] = [:]
    var grouped: [[Use]] = []
    for (literal, use) in uses {
      if let number = numbers[literal] {
        grouped[number].append(use)
      } else {
        numbers[literal] = literals.count
        literals.append(literal)
        grouped.append([use])
      }
    }
    return (literals, LiteralIndex(grouped))
  }

  init(_ uses: [[Use]]) {
    var starts = [0]
    for group in uses { starts.append(starts[starts.count - 1] + group.count) }
    self.starts = starts
    self.uses = uses.flatMap { $0 }
  }
}
