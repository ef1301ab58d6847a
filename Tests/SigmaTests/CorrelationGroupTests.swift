import MeshModel
import Testing

@testable import Sigma

@Suite("Windows of one group")
struct CorrelationGroupTests {
  private static let second: Int64 = 1_000_000

  private static func window(
    _ type: CorrelationType, seconds: Int64, _ tests: [CorrelationCondition.Test], rules: Int = 1,
    percent: Int = 0, feeds: Bool, eventsPerGroup: Int = 16_384
  ) -> CorrelationWindow {
    CorrelationWindow(
      type, span: seconds * second, CorrelationCondition(tests), rules: rules, percent: percent,
      feedsOthers: feeds, eventsPerGroup: eventsPerGroup)
  }

  /// Compares group and reference over one sequence; gives what differs.
  private func difference(
    _ window: CorrelationWindow, _ entries: [CorrelationEntry]
  ) -> String? {
    var ledger = CorrelationLedger()
    var group = CorrelationGroup(
      key: 1, texts: [], measure: window.blankMeasure, lostThrough: .min)
    var reference = CorrelationReference(window)
    for (number, entry) in entries.enumerated() {
      var expected = reference.take(entry)
      var seen = group.take(entry, window, &ledger).map {
        CorrelationReference.Finding(
          time: $0.time, value: $0.isAtLeast ? reference.measure($0.time) ?? -1 : $0.value,
          isReported: $0.isReported)
      }
      // What nobody hears of need not be found.
      if !window.feedsOthers {
        expected.removeAll { !$0.isReported }
        seen.removeAll { !$0.isReported }
      }
      guard seen == expected else {
        return "\(window) after \(entries.prefix(number + 1)): \(seen), expected \(expected)"
      }
    }
    return nil
  }

  /// Every sequence of `length` of these.
  private func sequences(
    _ alphabet: [CorrelationEntry], length: Int, _ body: ([CorrelationEntry]) -> Bool
  ) {
    var digits = Array(repeating: 0, count: length)
    while true {
      guard body(digits.map { alphabet[$0] }) else { return }
      guard let place = digits.lastIndex(where: { $0 + 1 < alphabet.count }) else { return }
      digits[place] += 1
      for later in digits.indices where later > place { digits[later] = 0 }
    }
  }

  private func alphabet(
    times: Int64, slots: [UInt16] = [1], values: [UInt64?] = [nil]
  ) -> [CorrelationEntry] {
    (0..<times).flatMap { time in
      slots.flatMap { slot in
        values.map { CorrelationEntry(time: time * Self.second, slots: slot, value: $0) }
      }
    }
  }

  private func compareAll(
    _ windows: [CorrelationWindow], _ alphabet: [CorrelationEntry], length: Int
  ) {
    for window in windows {
      sequences(alphabet, length: length) { entries in
        guard let difference = difference(window, entries) else { return true }
        Issue.record("\(difference)")
        return false
      }
    }
  }

  @Test(
    "every order of a few events gives the windows of the definition: counts",
    arguments: [true, false])
  func counts(feeds: Bool) {
    let conditions: [[CorrelationCondition.Test]] = [
      [.init(.greaterOrEqual, 3)], [.init(.equal, 2)],
      [.init(.greater, 1), .init(.lessOrEqual, 3)], [.init(.less, 3)],
    ]
    compareAll(
      conditions.map { Self.window(.eventCount, seconds: 2, $0, feeds: feeds) },
      alphabet(times: 6), length: 5)
    compareAll(
      conditions.map { Self.window(.valueCount, seconds: 2, $0, feeds: feeds) },
      alphabet(times: 3, values: [nil, 7, 8]), length: 4)
  }

  @Test(
    "every order of a few events gives the windows of the definition: rules",
    arguments: [true, false])
  func rules(feeds: Bool) {
    compareAll(
      [
        Self.window(.temporal, seconds: 1, [.init(.greaterOrEqual, 2)], rules: 2, feeds: feeds),
        Self.window(.temporal, seconds: 2, [.init(.equal, 1)], rules: 2, feeds: feeds),
        Self.window(
          .temporalOrdered, seconds: 2, [.init(.greaterOrEqual, 2)], rules: 2, feeds: feeds),
      ], alphabet(times: 3, slots: [1, 2, 3]), length: 4)
    compareAll(
      [
        Self.window(
          .temporalOrdered, seconds: 2, [.init(.greaterOrEqual, 3)], rules: 3, feeds: feeds),
        Self.window(
          .temporalOrdered, seconds: 1, [.init(.greaterOrEqual, 2)], rules: 3, feeds: feeds),
      ], alphabet(times: 4, slots: [1, 2, 4]), length: 4)
  }

  @Test(
    "every order of a few events gives the windows of the definition: numbers",
    arguments: [true, false])
  func numbers(feeds: Bool) {
    compareAll(
      [
        Self.window(.valueSum, seconds: 2, [.init(.greaterOrEqual, 12)], feeds: feeds),
        Self.window(.valueAverage, seconds: 2, [.init(.less, 6)], feeds: feeds),
        Self.window(.valuePercentile, seconds: 2, [.init(.greater, 7)], percent: 70, feeds: feeds),
      ], alphabet(times: 3, values: [nil, 4, 9]), length: 4)
  }

  /// Busy and sparse stretches, peers in time, and events that come late, some too late.
  private func draw(_ random: inout SeededRandom, count: Int, rules: Int) -> [CorrelationEntry] {
    var time: Int64 = 0
    let step = Int64.random(in: 1...40, using: &random)
    return (0..<count).map { _ in
      time += Int64.random(in: 0...step, using: &random)
      let isLate = Int.random(in: 0..<4, using: &random) == 0
      let back =
        isLate ? Int64.random(in: 0...(Bool.random(using: &random) ? 9 : 160), using: &random) : 0
      let value = Int.random(in: 0..<5, using: &random)
      return CorrelationEntry(
        time: (time - back) * Self.second,
        slots: UInt16.random(in: 1..<(1 << UInt16(rules)), using: &random),
        value: value == 0 ? nil : UInt64(value * value))
    }
  }

  private func draw(
    _ random: inout SeededRandom, rules: Int, feeds: Bool, eventsPerGroup: Int = 16_384
  ) -> CorrelationWindow {
    let types = CorrelationType.allCases
    let type = types[Int.random(in: 0..<types.count, using: &random)]
    let isTemporal = type == .temporal || type == .temporalOrdered
    let threshold = Double(Int.random(in: 1...(isTemporal ? rules : 12), using: &random))
    let comparisons = CorrelationCondition.Comparison.allCases
    let comparison =
      type == .temporalOrdered
      ? .greaterOrEqual : comparisons[Int.random(in: 0..<comparisons.count, using: &random)]
    return Self.window(
      type, seconds: Int64.random(in: 1...300, using: &random), [.init(comparison, threshold)],
      rules: rules, percent: Int.random(in: 0...100, using: &random), feeds: feeds,
      eventsPerGroup: eventsPerGroup)
  }

  @Test("drawn events in any order give the windows of the definition")
  func drawn() {
    let seed: UInt64 = 20_261_122
    print("seed \(seed)")
    var random = SeededRandom(seed: seed)
    for round in 0..<1_500 {
      let rules = Int.random(in: 1...4, using: &random)
      let window = draw(&random, rules: rules, feeds: round % 2 == 0)
      if let difference = difference(window, draw(&random, count: 40, rules: rules)) {
        Issue.record("round \(round): \(difference)")
        return
      }
    }
  }

  @Test("forgotten events never make a window meet a condition that it does not")
  func forgetting() {
    let seed: UInt64 = 7
    print("seed \(seed)")
    var random = SeededRandom(seed: seed)
    var (reports, dropped, unjudged) = (0, 0, 0)
    for round in 0..<3_000 {
      let rules = Int.random(in: 1...4, using: &random)
      let window = draw(&random, rules: rules, feeds: round % 2 == 0, eventsPerGroup: 6)
      var ledger = CorrelationLedger()
      var group = CorrelationGroup(
        key: 1, texts: [], measure: window.blankMeasure, lostThrough: .min)
      var reference = CorrelationReference(window)
      for entry in draw(&random, count: 40, rules: rules) {
        _ = reference.take(entry)
        for finding in group.take(entry, window, &ledger) {
          let value = reference.measure(finding.time)
          reports += 1
          #expect(value.map(window.condition.isMet) == true, "round \(round): \(window)")
        }
        #expect(group.count <= 6)
      }
      dropped += ledger.dropped
      unjudged += ledger.unjudged
    }
    #expect(reports > 1_000 && dropped > 1_000 && unjudged > 100)
  }

  @Test("a group that keeps meeting its condition is reported once in a timespan")
  func noStorm() {
    let window = Self.window(
      .eventCount, seconds: 10, [.init(.greaterOrEqual, 3)], feeds: false)
    var ledger = CorrelationLedger()
    var group = CorrelationGroup(
      key: 1, texts: [], measure: window.blankMeasure, lostThrough: .min)
    var reports: [Int64] = []
    for second in 0..<60 {
      for _ in 0..<50 {
        let entry = CorrelationEntry(
          time: Int64(second) * Self.second, slots: 1, value: nil)
        reports += group.take(entry, window, &ledger).filter(\.isReported).map {
          $0.time / Self.second
        }
        #expect(group.count <= 150)
      }
    }
    #expect(reports == [0, 11, 22, 33, 44, 55])
    #expect(ledger.dropped == 0)
  }

  @Test("an event older than the bound is left out and counted")
  func tooLate() {
    let window = Self.window(.eventCount, seconds: 600, [.init(.greaterOrEqual, 2)], feeds: true)
    var ledger = CorrelationLedger()
    var group = CorrelationGroup(
      key: 1, texts: [], measure: window.blankMeasure, lostThrough: .min)
    _ = group.take(CorrelationEntry(time: 200 * Self.second, slots: 1, value: nil), window, &ledger)
    let early = CorrelationEntry(time: 50 * Self.second - 1, slots: 1, value: nil)
    #expect(group.take(early, window, &ledger).isEmpty)
    #expect(ledger.late == 1)
    let onTime = CorrelationEntry(time: 50 * Self.second, slots: 1, value: nil)
    #expect(group.take(onTime, window, &ledger).map(\.time) == [200 * Self.second])
    #expect(ledger.outOfOrder == 1)
  }

  @Test("a late event has the newest windows measured again, and what is left out is counted")
  func busyGroup() {
    let window = Self.window(
      .valueSum, seconds: 100, [.init(.greaterOrEqual, 1_000)], feeds: true)
    var ledger = CorrelationLedger()
    var group = CorrelationGroup(
      key: 1, texts: [], measure: window.blankMeasure, lostThrough: .min)
    for second in 0..<100 {
      let entry = CorrelationEntry(time: Int64(second) * Self.second, slots: 1, value: 1)
      #expect(group.take(entry, window, &ledger).isEmpty)
    }
    let late = CorrelationEntry(time: 5 * Self.second, slots: 1, value: 1_000)
    let found = group.take(late, window, &ledger)
    #expect(found.map(\.time) == (36..<100).map { Int64($0) * Self.second })
    #expect(found.map(\.value) == (36..<100).map { Double($0 + 1_001) })
    #expect(ledger.unrenewed == 1)
    let next = CorrelationEntry(time: 105 * Self.second, slots: 1, value: 1)
    #expect(group.take(next, window, &ledger).map(\.value) == [1_096])
  }

  @Test("what an order forgets changes nothing for events that come in time, even beside late ones")
  func longOrder() {
    let window = Self.window(
      .temporalOrdered, seconds: 3_600, [.init(.equal, 2)], rules: 2, feeds: false)
    var ledger = CorrelationLedger()
    var group = CorrelationGroup(
      key: 1, texts: [], measure: window.blankMeasure, lostThrough: .min)
    for second in 0..<2_000 {
      let first = CorrelationEntry(
        time: Int64(second) * Self.second, slots: second == 0 ? 1 : 4, value: nil)
      #expect(group.take(first, window, &ledger).isEmpty)
      #expect(group.count <= CorrelationBounds.eventsOfOrder)
    }
    let late = CorrelationEntry(time: 1_990 * Self.second, slots: 4, value: nil)
    #expect(group.take(late, window, &ledger).isEmpty)
    let second = CorrelationEntry(time: 2_000 * Self.second, slots: 2, value: nil)
    #expect(group.take(second, window, &ledger).count == 1)
  }

  @Test("repeats of a value do not push other values out of a full group")
  func repeats() {
    let window = Self.window(
      .valueCount, seconds: 3_600, [.init(.greaterOrEqual, 20)], feeds: false, eventsPerGroup: 64)
    var ledger = CorrelationLedger()
    var group = CorrelationGroup(
      key: 1, texts: [], measure: window.blankMeasure, lostThrough: .min)
    var time: Int64 = 0
    var reports = 0
    for value in 0..<20 {
      for _ in 0..<100 {
        time += Self.second
        let entry = CorrelationEntry(time: time, slots: 1, value: UInt64(value))
        reports += group.take(entry, window, &ledger).count { $0.isReported }
      }
    }
    #expect(reports == 1)
    #expect(ledger.dropped == 0)
  }

  @Test("an event takes the memory that the bounds reckon with")
  func memory() {
    #expect(MemoryLayout<CorrelationEntry>.stride == 24)
  }

  @Test("no time, however far away, ends the process")
  func farTimes() {
    let window = Self.window(
      .temporalOrdered, seconds: 10, [.init(.greater, 1)], rules: 2, feeds: true)
    var ledger = CorrelationLedger()
    var group = CorrelationGroup(
      key: 1, texts: [], measure: window.blankMeasure, lostThrough: .min)
    for time in [0, Int64.max, .min, .max - 1, 0, .min + 1, .max] {
      _ = group.take(CorrelationEntry(time: time, slots: 3, value: 1), window, &ledger)
    }
    #expect(group.count > 0)
  }
}
