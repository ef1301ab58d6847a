/// The latest numbers of a stream, in order of arrival and in order of size.
///
/// Once `limit` are held, each new one displaces the oldest. Memory grows with what is held, to
/// twice `limit` numbers. A number must be one: NaN has no place in an order.
struct SlidingSample<Number: BinaryFloatingPoint & Sendable>: Sendable {
  let limit: Int
  /// Ascending.
  private(set) var sorted: [Number] = []
  /// In order of arrival, as a ring once the limit is reached.
  private var ring: [Number] = []
  private var oldest = 0

  init(limit: Int) {
    precondition(limit > 0)
    self.limit = limit
  }

  mutating func insert(_ number: Number) {
    if ring.count < limit {
      grow()
      ring.append(number)
    } else {
      sorted.remove(at: countBelow(ring[oldest]))
      ring[oldest] = number
      oldest = (oldest + 1) % limit
    }
    sorted.insert(number, at: countBelow(number))
  }

  var count: Int { sorted.count }

  /// The last number to arrive.
  var latest: Number? {
    ring.isEmpty ? nil : ring[(oldest + ring.count - 1) % ring.count]
  }

  /// The middle number, and of two the upper.
  var median: Number? {
    sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  /// The last `length` numbers, or as many as there are, in order of arrival.
  func suffix(_ length: Int) -> [Number] {
    // Before the limit the oldest is the first, and the second part is empty.
    let newer = ring[..<oldest].suffix(length)
    return Array(ring[oldest...].suffix(length - newer.count)) + newer
  }

  func countBelow(_ number: Number) -> Int {
    partition { $0 < number }
  }

  func countAbove(_ number: Number) -> Int {
    count - partition { $0 <= number }
  }

  /// How many satisfy a condition that, in ascending order, none satisfies after one did not.
  private func partition(_ condition: (Number) -> Bool) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if condition(sorted[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// By doubling, but not beyond the limit.
  private mutating func grow() {
    guard ring.count == ring.capacity else { return }
    let capacity = min(limit, max(16, 2 * ring.count))
    ring.reserveCapacity(capacity)
    sorted.reserveCapacity(capacity)
  }
}
