package import MeshModel

/// What waits for the rules: batches, and orders that come between them.
///
/// It holds `RuleBounds.waiting` observations, and `RuleBounds.waitingBytes` of their texts. When there
/// are more, the oldest batches are left out: what rules miss can raise no score. Orders are never lost; those with no batch between them
/// become one.
package struct RuleQueue: Sendable {
  /// Told to the rules in the order of their fields.
  package struct Orders: Hashable, Sendable {
    package var watch: Watch?
    package var spent: [Subject: Timestamp] = [:]
    /// Scores of the watched are asked for, as of then.
    package var scoredAt: Timestamp?

    package init() {}

    var isEmpty: Bool { watch == nil && spent.isEmpty && scoredAt == nil }

    mutating func add(_ later: Orders) {
      watch = later.watch ?? watch
      spent.merge(later.spent) { max($0, $1) }
      scoredAt = later.scoredAt ?? scoredAt
    }
  }

  /// Orders, and the batches that come after them.
  package struct Turn: Sendable {
    package var orders = Orders()
    package var batches: [ObservationBatch] = []
  }

  private var turns = [Turn()]
  private var waiting = 0
  private var waitingBytes = 0
  /// Observations that were left out.
  package private(set) var shed: UInt64 = 0

  package init() {}

  /// Whether there is hardly room for more.
  package var isNearlyFull: Bool { isOver(half: true) }

  package mutating func push(_ batches: [ObservationBatch]) {
    turns[turns.count - 1].batches += batches
    turns.append(Turn())
    add(batches, times: 1)
    // The newest are taken whatever their size.
    while isOver(half: false), turns.count > 2 {
      let oldest = turns.removeFirst()
      let before = waiting
      add(oldest.batches, times: -1)
      shed &+= UInt64(before - waiting)
      var orders = oldest.orders
      orders.add(turns[0].orders)
      turns[0].orders = orders
    }
  }

  package mutating func push(_ orders: Orders) {
    turns[turns.count - 1].orders.add(orders)
  }

  /// The oldest orders and the batches after them; nil when nothing waits.
  package mutating func take() -> Turn? {
    let turn = turns.removeFirst()
    if turns.isEmpty { turns.append(Turn()) }
    add(turn.batches, times: -1)
    return turn.orders.isEmpty && turn.batches.isEmpty ? nil : turn
  }

  private func isOver(half: Bool) -> Bool {
    let part = half ? 2 : 1
    return waiting > RuleBounds.waiting / part || waitingBytes > RuleBounds.waitingBytes / part
  }

  private mutating func add(_ batches: [ObservationBatch], times sign: Int) {
    waiting += sign * batches.reduce(0) { $0 + $1.observations.count }
    waitingBytes += sign * batches.reduce(0) { $0 + $1.bytes.count }
  }
}
