@testable internal import Anomaly
internal import MeshModel
internal import Testing

struct RegularityTestTests {
  /// Calls until the evidence is at 1,000; nil when it does not come to that.
  private func calls(most: Int, _ gap: () -> Double) -> Int? {
    var test = RegularityTest()
    var instant = 0.0
    var clock = BeatClock(second: 0)
    for count in 1...most {
      instant = min(instant + gap(), 4e9)
      clock.take(second: UInt32(instant)) { test.take(gap: $0) }
      if test.evidence >= 1e3 { return count }
    }
    return nil
  }

  @Test(
    "a beacon is found within so many calls, even or with jitter",
    arguments: [
      (10.0, 0.0, 9), (60, 0, 7), (300, 0, 8), (10, 0.1, 18), (60, 0.1, 16), (300, 0.1, 16),
      (10, 0.2, 52), (60, 0.2, 40), (300, 0.2, 40),
    ])
  func beacons(period: Double, jitter: Double, most: Int) {
    for seed: UInt64 in 1...200 {
      var random = SeededRandom(seed: seed)
      let found = calls(most: most) {
        period * (1 + jitter * Double.random(in: -1...1, using: &random))
      }
      #expect(found != nil, "seed \(seed)")
    }
  }

  /// Gaps as chance makes them; `uniform` is above 0 and at most 1.
  enum Chance: String, CaseIterable {
    case poisson
    case pareto
    case bursts
    case switching
    case thinking

    func gap(_ random: inout SeededRandom) -> Double {
      switch self {
      case .poisson: 20 * Self.exponential(&random)
      case .pareto: 10 * (1 / Self.uniform(&random) - 1)
      case .bursts: (Self.uniform(&random) < 0.8 ? 5 : 600) * Self.exponential(&random)
      case .switching: (Self.uniform(&random) < 0.5 ? 15 : 90) * Self.exponential(&random)
      case .thinking:
        // A sum of two exponentials has a mode, as the time between a person's clicks does.
        15 * (Self.exponential(&random) + Self.exponential(&random))
      }
    }

    private static func uniform(_ random: inout SeededRandom) -> Double {
      1 - Double.random(in: 0..<1, using: &random)
    }

    /// -log(u) without Foundation: by von Neumann's comparison of uniform numbers.
    private static func exponential(_ random: inout SeededRandom) -> Double {
      var whole = 0.0
      while true {
        let first = uniform(&random)
        var last = first
        var length = 1
        while true {
          let next = uniform(&random)
          guard next < last else { break }
          last = next
          length += 1
        }
        if !length.isMultiple(of: 2) { return whole + first }
        whole += 1
      }
    }
  }

  @Test(
    "of calls by chance at most one in a thousand is taken for a beacon", arguments: Chance.allCases
  )
  func chance(_ chance: Chance) {
    var alarms = 0
    for seed: UInt64 in 1...2_000 {
      var random = SeededRandom(seed: seed &* 7_919)
      if calls(most: 200, { chance.gap(&random) }) != nil { alarms += 1 }
    }
    // More than six would come by chance once in two hundred runs, were one in a thousand meant.
    #expect(alarms <= 6)
  }

  @Test("gaps that fall into the window as often as chance can make them give no evidence")
  func worstChance() {
    var alarms = 0
    var total = 0.0
    for seed: UInt64 in 1...4_000 {
      var random = SeededRandom(seed: seed &* 104_729)
      var test = RegularityTest()
      for _ in 0..<60 {
        // All gaps up to the end of the widest window are equally likely, and none is longer.
        let median = test.median
        let longest = (20...2_000).contains(median) ? median + median / 4 : 1_000
        test.take(gap: UInt32.random(in: RegularityTest.leastGap...longest, using: &random))
        if test.evidence >= 1e3 {
          alarms += 1
          break
        }
      }
      total += test.evidence
    }
    #expect(total / 4_000 <= 1.1)
    #expect(alarms <= 10)
  }

  @Test("a missed beat, or a call between two, delays but does not hide a beacon")
  func holes() {
    var number = 0
    let found = calls(most: 24) {
      number += 1
      return number.isMultiple(of: 7) ? 120 : number.isMultiple(of: 10) ? 20 : 60
    }
    #expect(found != nil)
  }

  @Test("a busy call, one each second or more, is no beacon")
  func busy() {
    for gap in [0.1, 1, 2, 3, 4] { #expect(calls(most: 1_000) { gap } == nil, "\(gap) s") }
  }

  @Test("the largest gaps there are overflow nothing")
  func extremes() {
    var test = RegularityTest()
    for _ in 0..<20 { test.take(gap: .max) }
    for _ in 0..<20 { test.take(gap: RegularityTest.leastGap) }
    #expect(test.evidence.isFinite)
  }
}

struct BeatClockTests {
  private func gaps(_ seconds: [UInt32]) -> [UInt32] {
    var clock = BeatClock(second: seconds[0])
    var gaps: [UInt32] = []
    for second in seconds + [seconds.reduce(0, max) + 100] {
      clock.take(second: second) { gaps.append($0) }
    }
    return gaps
  }

  @Test("duplicates, and entries up to eight seconds late, give the same gaps")
  func lateness() {
    let ordered: [UInt32] = [100, 103, 110, 111, 118, 140, 147, 148, 160]
    #expect(gaps(ordered) == [3, 7, 7, 22, 7, 12])
    #expect(gaps([103, 100, 111, 110, 103, 118, 110, 148, 140, 147, 148, 160]) == gaps(ordered))
    var random = SeededRandom(seed: 5)
    for _ in 0..<200 {
      // Each entry arrives up to eight seconds after the newest before it.
      let late = (ordered.dropFirst() + ordered).map {
        (at: $0 + .random(in: 0...8, using: &random), $0)
      }
      .sorted { $0.at < $1.at }.map(\.1)
      #expect(gaps([100] + late) == gaps(ordered))
    }
  }

  @Test("what comes later still is left out")
  func tooLate() {
    #expect(gaps([100, 120, 111, 140]) == gaps([100, 120, 140]))
    #expect(gaps([100, 120, 112, 140]) == gaps([100, 112, 120, 140]))
  }
}
