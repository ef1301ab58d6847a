/// What a correlation measures, kept up to date while its window slides.
enum CorrelationMeasure: Hashable, Sendable {
  /// The number of entries says it all.
  case events
  /// How many entries of the window have each value.
  case distinct([UInt64: UInt32])
  /// How many entries of the window each rule matched.
  case matched([UInt32])
  case order(CorrelationOrder)
  case sum(UInt64, of: Int)
  case average(UInt64, of: Int)
  case ranks(CorrelationRanks, percent: Int)

  init(_ type: CorrelationType, rules: Int, percent: Int) {
    switch type {
    case .eventCount: self = .events
    case .valueCount: self = .distinct([:])
    case .temporal: self = .matched(Array(repeating: 0, count: rules))
    case .temporalOrdered: self = .order(CorrelationOrder(rules: rules))
    case .valueSum: self = .sum(0, of: 0)
    case .valueAverage: self = .average(0, of: 0)
    case .valuePercentile: self = .ranks(CorrelationRanks(), percent: percent)
    }
  }

  /// Adds an entry to the window; to an order only at its end.
  mutating func add(_ entry: CorrelationEntry) {
    switch self {
    case .events: break
    case .distinct(var counts):
      guard entry.hasValue else { break }
      // Lets go of the copy in `self`, so that the payload is changed where it is.
      self = .events
      counts[entry.value, default: 0] += 1
      self = .distinct(counts)
    case .matched(var counts):
      self = .events
      for rule in counts.indices where entry.slots & (1 << UInt16(rule)) != 0 { counts[rule] += 1 }
      self = .matched(counts)
    case .order(var order):
      self = .events
      order.add(entry.slots, at: entry.time)
      self = .order(order)
    case .sum(let sum, let count):
      if entry.hasValue { self = .sum(sum + entry.value, of: count + 1) }
    case .average(let sum, let count):
      if entry.hasValue { self = .average(sum + entry.value, of: count + 1) }
    case .ranks(var ranks, let percent):
      guard entry.hasValue else { break }
      self = .events
      ranks.insert(UInt32(truncatingIfNeeded: entry.value))
      self = .ranks(ranks, percent: percent)
    }
  }

  /// Takes an entry out of the window.
  mutating func remove(_ entry: CorrelationEntry) {
    switch self {
    // An order tells by itself what is past.
    case .events, .order: break
    case .matched(var counts):
      self = .events
      for rule in counts.indices where entry.slots & (1 << UInt16(rule)) != 0 { counts[rule] -= 1 }
      self = .matched(counts)
    case .distinct(var counts):
      guard entry.hasValue else { break }
      self = .events
      let left = (counts[entry.value] ?? 1) - 1
      counts[entry.value] = left == 0 ? nil : left
      self = .distinct(counts)
    case .sum(let sum, let count):
      if entry.hasValue { self = .sum(sum - entry.value, of: count - 1) }
    case .average(let sum, let count):
      if entry.hasValue { self = .average(sum - entry.value, of: count - 1) }
    case .ranks(var ranks, let percent):
      guard entry.hasValue else { break }
      self = .events
      ranks.remove(UInt32(truncatingIfNeeded: entry.value))
      self = .ranks(ranks, percent: percent)
    }
  }

  /// The measure of a window of `count` entries that begins at `start`; nil when no entry has a
  /// number.
  func value(of count: Int, since start: Int64) -> Double? {
    switch self {
    case .events: Double(count)
    case .distinct(let counts): Double(counts.count)
    case .matched(let counts): Double(counts.count { $0 > 0 })
    case .order(let order): Double(order.longest(since: start))
    case .sum(let sum, let count): count == 0 ? nil : Double(sum)
    case .average(let sum, let count): count == 0 ? nil : Double(sum) / Double(count)
    case .ranks(let ranks, let percent): ranks.percentile(percent)
    }
  }

  /// Whether the entry brings a value that the window does not hold yet.
  func isNews(_ entry: CorrelationEntry) -> Bool {
    guard case .distinct(let counts) = self else { return true }
    return entry.hasValue && counts[entry.value] == nil
  }
}
