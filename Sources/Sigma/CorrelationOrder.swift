/// How many rules matched one after the other, in the order a correlation names them, each at a
/// later time than the one before.
///
/// For each length and each rule it keeps the latest time at which a sequence of that length that
/// ends with that rule began: a window holds such a sequence when it began within the window.
struct CorrelationOrder: Hashable, Sendable {
  private let rules: Int
  /// `latest[(length - 1) * rules + rule]`, of all events so far.
  private var latest: [Int64]
  /// The same of events before `time`: only they can come before an event of that time.
  private var before: [Int64]
  private var time = Self.never

  private static let never = Int64.min

  init(rules: Int) {
    self.rules = rules
    latest = Array(repeating: Self.never, count: rules * rules)
    before = latest
  }

  /// Adds an event that is not before any other.
  mutating func add(_ slots: UInt16, at time: Int64) {
    if time > self.time {
      before = latest
      self.time = time
    }
    for rule in 0..<rules where slots & (1 << UInt16(rule)) != 0 {
      latest[rule] = time
      for length in 1..<(rule + 1) {
        var start = Self.never
        for previous in 0..<rule { start = max(start, before[(length - 1) * rules + previous]) }
        latest[length * rules + rule] = max(latest[length * rules + rule], start)
      }
    }
  }

  /// The longest sequence that began at `start` or later.
  func longest(since start: Int64) -> Int {
    for length in stride(from: rules, to: 0, by: -1) {
      for rule in 0..<rules
      where latest[(length - 1) * rules + rule] >= start
        && latest[(length - 1) * rules + rule] != Self.never
      {
        return length
      }
    }
    return 0
  }

  /// Takes over what `other` knows, which ends at the same time.
  mutating func join(_ other: CorrelationOrder) {
    for index in latest.indices {
      latest[index] = max(latest[index], other.latest[index])
      before[index] = max(before[index], other.before[index])
    }
  }
}
