/// What the patterns found in one request say of the predicates and rules of a set.
///
/// It takes each pattern at once, so that a request full of them needs no memory.
package struct PatternHits {
  /// Set bits are rules that may match: all the others lack a text that they need.
  private(set) var candidates: [UInt64]
  private let index: PatternIndex
  /// Rules that need the predicate n: `needing[needingStarts[n]..<needingStarts[n + 1]]`.
  private let needing: [Int32]
  private let needingStarts: [Int]
  /// Rules that no pattern has to point to.
  private let always: [UInt64]
  /// Of the fields, and of all texts together.
  private var ranges: [Range<Int>]
  /// Of each predicate; those of earlier requests are below `now`.
  private var states: [UInt32]
  /// Grows by the number of states with each request.
  ///
  /// It begins shortly before its end, so that starting over is nothing rare.
  private var now: UInt32 = .max - 63

  /// What is known of a predicate in this request.
  enum State: UInt32 {
    case unknown
    /// A pattern that it needs is there.
    case possible
    case holds
    case fails
  }

  /// `needing` lists the rules that need each predicate.
  init(_ index: PatternIndex, needing: [[Int32]], always: [UInt64]) {
    self.index = index
    self.needing = needing.flatMap(\.self)
    needingStarts = needing.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    self.always = always
    candidates = always
    states = Array(repeating: 0, count: needing.count)
    ranges = Array(repeating: 0..<0, count: RequestField.allCases.count + 1)
  }

  /// Forgets the request before.
  mutating func begin(_ texts: borrowing RequestTexts) {
    for position in texts.ranges.indices { ranges[position] = texts.ranges[position] }
    ranges[Int(PatternIndex.Use.anywhere)] =
      0..<texts.byteCount + RequestTexts.marginBytes
    for position in always.indices { candidates[position] = always[position] }
    if now > .max - 8 {
      for position in states.indices { states[position] = 0 }
      now = 0
    }
    now += 4
  }

  /// Takes in that the pattern was found, ending before `end`.
  package mutating func take(_ pattern: Int, endingAt end: Int) {
    for position in index.starts[pattern]..<index.starts[pattern + 1] {
      let use = index.uses[position]
      let range = ranges[Int(use.place)]
      let start = end &- Int(use.byteCount)
      if use.isAtStart ? start == range.lowerBound : start >= range.lowerBound,
        use.isAtEnd ? end == range.upperBound : end <= range.upperBound
      {
        see(Int(use.predicate), use.proves ? .holds : .possible)
      }
    }
  }

  func state(of predicate: Int) -> State {
    let state = states[predicate]
    return state < now ? .unknown : State(rawValue: state &- now) ?? .unknown
  }

  mutating func settle(_ predicate: Int, _ holds: Bool) {
    states[predicate] = now &+ (holds ? State.holds : .fails).rawValue
  }

  private mutating func see(_ predicate: Int, _ state: State) {
    guard states[predicate] < now else { return }
    states[predicate] = now &+ state.rawValue
    for position in needingStarts[predicate]..<needingStarts[predicate + 1] {
      let rule = Int(needing[position])
      candidates[rule >> 6] |= 1 << UInt64(rule & 63)
    }
  }
}
