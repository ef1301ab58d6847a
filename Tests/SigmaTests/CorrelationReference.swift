@testable import Sigma

/// Every window by its definition, over everything that was ever taken: slow, and easy to believe.
struct CorrelationReference {
  let window: CorrelationWindow
  private var entries: [CorrelationEntry] = []
  private var found: Set<Int64> = []
  private var reportedAt: Int64?

  struct Finding: Hashable {
    var time: Int64
    var value: Double
    var isReported: Bool
  }

  init(_ window: CorrelationWindow) {
    self.window = window
  }

  mutating func take(_ entry: CorrelationEntry) -> [Finding] {
    if let newest = entries.map(\.time).max(),
      entry.time < newest - CorrelationBounds.latenessMicroseconds
    {
      return []
    }
    entries.append(entry)
    var findings: [Finding] = []
    for end in Set(entries.map(\.time)).sorted()
    where end >= entry.time && end <= entry.time + window.span && !found.contains(end) {
      guard let value = measure(end), window.condition.isMet(by: value) else { continue }
      found.insert(end)
      let isReported = reportedAt.map { end > $0 + window.span } ?? true
      if isReported { reportedAt = end }
      findings.append(Finding(time: end, value: value, isReported: isReported))
    }
    return findings
  }

  /// Of the window that ends at `end`; nil when none of its events has a number.
  func measure(_ end: Int64) -> Double? {
    let inside = entries.filter { $0.time >= end - window.span && $0.time <= end }
    let numbers = inside.filter(\.hasValue).map { Double($0.value) }.sorted()
    switch window.type {
    case .eventCount: return Double(inside.count)
    case .valueCount: return Double(Set(numbers).count)
    case .temporal:
      return Double((0..<window.rules).count { rule in inside.contains { $0.has(rule) } })
    case .temporalOrdered:
      return Double(longest(inside))
    case .valueSum: return numbers.isEmpty ? nil : numbers.reduce(0, +)
    case .valueAverage:
      return numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
    case .valuePercentile:
      guard !numbers.isEmpty else { return nil }
      let rank = Double(numbers.count - 1) * (Double(window.percent) / 100)
      let below = Int(rank.rounded(.down))
      let above = min(below + 1, numbers.count - 1)
      let part = rank - Double(below)
      return above == below
        ? numbers[below] : numbers[below] * (1 - part) + numbers[above] * part
    }
  }

  /// Tries every selection of rules.
  private func longest(_ inside: [CorrelationEntry]) -> Int {
    var best = 0
    for selection in 0..<(1 << window.rules) where selection.nonzeroBitCount > best {
      var time = Int64.min
      let isInOrder = (0..<window.rules).allSatisfy { rule in
        guard selection & (1 << rule) != 0 else { return true }
        guard let next = inside.filter({ $0.has(rule) && $0.time > time }).map(\.time).min()
        else { return false }
        time = next
        return true
      }
      if isInOrder { best = selection.nonzeroBitCount }
    }
    return best
  }
}

extension CorrelationEntry {
  fileprivate func has(_ rule: Int) -> Bool { slots & (1 << UInt16(rule)) != 0 }
}
