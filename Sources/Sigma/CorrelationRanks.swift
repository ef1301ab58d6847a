/// The numbers of a window in order, for percentiles.
struct CorrelationRanks: Hashable, Sendable {
  private var sorted: [UInt32] = []

  var isEmpty: Bool { sorted.isEmpty }

  mutating func insert(_ number: UInt32) {
    sorted.insert(number, at: position(of: number))
  }

  /// Takes one number out that was inserted.
  mutating func remove(_ number: UInt32) {
    let position = position(of: number)
    guard position < sorted.count, sorted[position] == number else { return }
    sorted.remove(at: position)
  }

  /// Between two numbers in proportion; nil when there are none.
  ///
  /// Source: Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996), definition 7.
  func percentile(_ percent: Int) -> Double? {
    guard !sorted.isEmpty else { return nil }
    let rank = Double(sorted.count - 1) * (Double(percent) / 100)
    let below = Int(rank)
    let part = rank - Double(below)
    guard below + 1 < sorted.count else { return Double(sorted[below]) }
    return Double(sorted[below]) * (1 - part) + Double(sorted[below + 1]) * part
  }

  private func position(of number: UInt32) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
