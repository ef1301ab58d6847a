@testable internal import Anomaly
internal import MeshModel
internal import Testing

struct SurpriseHistoryTests {
  private func pValues(_ count: Int, _ surprise: (inout SeededRandom) -> Double) -> [Double] {
    var random = SeededRandom(seed: 1)
    var history = SurpriseHistory()
    return (0..<count).map { _ in history.rank(surprise(&random)) }
  }

  private static func uniform(_ random: inout SeededRandom) -> Double {
    Double(random.next() >> 11) / Double(1 << 53)
  }

  /// As many failures as come before a success: a geometric number, whose tail is exponential.
  private static func geometric(_ random: inout SeededRandom) -> Double {
    var failures = 0
    while random.next() % 1_000 != 0 { failures += 1 }
    return Double(failures)
  }

  @Test("a p-value of t or less comes with probability t, in the tail too")
  func uniformity() {
    let found = pValues(40_000, Self.geometric).dropFirst(1_000)
    for level in [0.5, 0.1, 0.01, 0.001, 0.000_2] {
      let share = Double(found.count { $0 <= level }) / Double(found.count)
      // Four standard errors.
      let margin = 4 * (level / Double(found.count)).squareRoot()
      #expect(abs(share - level) <= margin, "\(level): \(share)")
    }
  }

  @Test("a bounded surprise is never called rarer than it is")
  func bounded() {
    let found = pValues(40_000, Self.uniform).dropFirst(1_000)
    for level in [0.1, 0.01, 0.001, 0.000_1] {
      let share = Double(found.count { $0 <= level }) / Double(found.count)
      #expect(share <= level + 4 * (level / Double(found.count)).squareRoot(), "\(level): \(share)")
    }
  }

  @Test("evidence averages at most 1, with ties and without", arguments: [2, 3, 20, 1_000_000])
  func evidence(kinds: UInt64) {
    let found = pValues(40_000) { Double($0.next() % kinds) }
    let mean = found.reduce(0) { $0 + SurpriseHistory.evidence($1) } / Double(found.count)
    #expect(mean <= 1, "\(mean)")
  }

  @Test("evidence of what is rare but has been seen averages at most 1")
  func rareTies() {
    let found = pValues(40_000) { $0.next() % 200 == 0 ? 1 : 0 }
    let mean = found.reduce(0) { $0 + SurpriseHistory.evidence($1) } / Double(found.count)
    #expect(mean <= 1, "\(mean)")
  }

  @Test("a larger surprise is never less rare")
  func order() {
    var random = SeededRandom(seed: 2)
    var history = SurpriseHistory()
    for _ in 0..<500 { _ = history.rank(Self.uniform(&random)) }
    let pValues = stride(from: 0.0, through: 3, by: 0.001).map { surprise in
      var copy = history
      return copy.rank(surprise)
    }
    #expect(zip(pValues, pValues.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(pValues.last == 1e-12)
  }

  @Test("what is infinite, and then infinite again, has a p-value above 0")
  func infinite() {
    var history = SurpriseHistory()
    for index in 0..<100 { _ = history.rank(Double(index)) }
    for _ in 0..<20 {
      let pValue = history.rank(.infinity)
      #expect(pValue > 0 && pValue <= 1)
    }
  }
}

struct SlidingSampleTests {
  @Test("it holds the latest numbers, in order of arrival and of size", arguments: [1, 2, 7, 50])
  func latest(limit: Int) {
    var random = SeededRandom(seed: UInt64(limit))
    var sample = SlidingSample<Double>(limit: limit)
    var all: [Double] = []
    for _ in 0..<200 {
      let number = Double(random.next() % 20)
      sample.insert(number)
      all.append(number)
      let expected = all.suffix(limit)
      #expect(sample.sorted == expected.sorted())
      #expect(sample.latest == number)
      for length in [0, 1, limit / 2, limit, limit + 5] {
        #expect(sample.suffix(length) == Array(expected.suffix(length)))
      }
      #expect(sample.countBelow(10) == expected.count { $0 < 10 })
      #expect(sample.countAbove(10) == expected.count { $0 > 10 })
    }
  }
}

struct NearestWindowTests {
  /// By the definition.
  private func distance(ofLast length: Int, in series: [Double]) -> Double? {
    let latest = series.suffix(length)
    let ends = (length...max(length, series.count - length)).suffix(500)
    guard series.count >= 2 * length, ends.count >= 20 else { return nil }
    return ends.map { end in
      zip(series[(end - length)..<end], latest)
        .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }.min()
  }

  @Test("it is the least distance to a window that does not overlap", arguments: [8, 32])
  func definition(length: Int) {
    var random = SeededRandom(seed: 1)
    let series = (0..<700).map { _ in Double(random.next() % 100) }
    for count in [0, 1, 15, 16, 34, 35, 36, 63, 64, 82, 83, 84, 300, 523, 563, 700] {
      let part = Array(series.prefix(count))
      let found = NearestWindow.distance(ofLast: length, in: part)
      #expect(found == distance(ofLast: length, in: part), "\(count)")
    }
  }

  @Test("a stretch that came before is at distance 0")
  func recurrence() {
    let series = (0..<200).map { Double($0 % 40) }
    #expect(NearestWindow.distance(ofLast: 32, in: series) == 0)
  }

  @Test("a distance beyond the largest number is infinite")
  func overflow() {
    let series = (0..<200).map { $0 >= 190 ? -1e300 : 1e300 }
    #expect(NearestWindow.distance(ofLast: 32, in: series) == .infinity)
  }
}
