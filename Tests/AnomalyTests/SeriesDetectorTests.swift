@testable internal import Anomaly
internal import MeshModel
internal import Testing

/// Uniform numbers from 0 to below 1, and what is made of them without a library of mathematics.
private struct Noise {
  enum Kind: CaseIterable {
    case uniform
    case normal
    case exponential
    case heavy
    case seldom
  }

  private var random: SeededRandom

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  mutating func next(_ kind: Kind) -> Double {
    switch kind {
    case .uniform: uniform()
    case .normal: normal()
    case .exponential: Double(failures(before: 100))
    case .heavy: normal() / normal()
    case .seldom: uniform() < 0.01 ? 1 : 0
    }
  }

  mutating func uniform() -> Double {
    Double(random.next() >> 11) / Double(1 << 53)
  }

  /// Nearly normal, of mean 0 and deviation 1.
  mutating func normal() -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + uniform() }
  }

  /// How many draws fail before one succeeds that does so once in `chance`: exponential, in steps.
  private mutating func failures(before chance: UInt64) -> Int {
    var failures = 0
    while random.next() % chance != 0 { failures += 1 }
    return failures
  }
}

/// A rise and fall of `period` values, between -1 and 1.
private func wave(_ index: Int, period: Int) -> Double {
  let place = Double(index % period) / Double(period)
  return place < 0.5 ? 4 * place - 1 : 3 - 4 * place
}

struct SeriesDetectorTests {
  /// A rhythm of 48 values with noise, and then what `change` makes of it.
  private func rhythm(
    _ length: Int, seed: UInt64 = 6, changing change: (Int, Double) -> Double = { $1 }
  ) -> [Double] {
    var noise = Noise(seed: seed)
    return (0..<length).map { index in
      change(index, 100 + 20 * wave(index, period: 48)) + noise.normal()
    }
  }

  private func scores(_ values: [Double]) -> [Double] {
    var detector = SeriesDetector()
    return values.map { detector.score($0) }
  }

  private func alarms(_ values: [Double]) -> [Int] {
    scores(values).enumerated().filter { $0.element >= SeriesDetector.alarmScore }.map(\.offset)
  }

  @Test("a series that repeats itself never alarms", arguments: [1, 2, 48, 288])
  func repetition(period: Int) {
    #expect(alarms((0..<1_000).map { wave($0, period: period) }).filter { $0 > period }.isEmpty)
  }

  @Test("a noisy rhythm alarms no more than once in a thousand values", arguments: 1...3)
  func calm(seed: UInt64) {
    let found = alarms(rhythm(3_000, seed: seed))
    #expect(found.count <= 3, "\(found)")
  }

  @Test("a spike alarms at once")
  func spike() {
    let values = rhythm(1_500) { index, usual in usual + (index == 1_400 ? 60 : 0) }
    #expect(alarms(values).contains(1_400))
  }

  @Test("a value that is usual, but not at this place of the rhythm, alarms")
  func jolt() {
    let values = rhythm(1_500) { index, usual in index == 1_400 ? 200 - usual : usual }
    #expect(alarms(values).contains { (1_400..<1_408).contains($0) })
  }

  @Test("a shift of the level alarms while it is new")
  func shift() {
    let values = rhythm(1_500) { index, usual in usual + (index >= 1_400 ? 40 : 0) }
    #expect(alarms(values).contains { (1_400..<1_432).contains($0) })
  }

  @Test("a changed rhythm alarms although every value is usual")
  func changedRhythm() {
    let values = rhythm(1_600) { index, usual in
      index >= 1_440 ? 100 + 20 * wave(index, period: 24) : usual
    }
    #expect(alarms(values).contains { (1_440..<1_488).contains($0) })
  }

  @Test("after an alarm it rests for 150 values, and then alarms again")
  func rest() {
    let spikes = [1_000, 1_060, 1_150, 1_151]
    let found = scores(rhythm(1_152) { $1 + (spikes.contains($0) ? 60 : 0) })
    #expect(found[1_000] >= SeriesDetector.alarmScore)
    #expect(found[1_001...1_150].allSatisfy { $0 < 0.5 })
    #expect(found[1_151] >= SeriesDetector.alarmScore)
  }

  @Test("a loud alarm is not hidden by the rest after a faint one")
  func worse() {
    let found = scores(
      rhythm(1_100) { index, usual in
        switch index {
        case 1_000: usual + 6
        case 1_050: usual + 2_000
        default: usual
        }
      })
    #expect(found[1_000] >= SeriesDetector.alarmScore)
    #expect(found[1_050] >= 0.99)
  }

  @Test(
    "what is no finite number scores 0 and leaves no trace", arguments: [Double.nan, .infinity])
  func notFinite(strange: Double) {
    let values = rhythm(300)
    let mixed = values.flatMap { [strange, $0, -strange] }
    let found = scores(mixed)
    #expect(found.enumerated().allSatisfy { $0.offset % 3 == 1 || $0.element == 0 })
    #expect(found.enumerated().filter { $0.offset % 3 == 1 }.map(\.element) == scores(values))
  }

  @Test("values of any size give scores from 0 to below 1")
  func extremes() {
    let sizes = [
      0, -0.0, 1, -1, .leastNonzeroMagnitude, 1e-200, 1e200, -1e200,
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    ]
    var random = SeededRandom(seed: 1)
    let found = scores((0..<500).map { _ in sizes[Int(random.next() % 10)] })
    #expect(found.allSatisfy { $0 >= 0 && $0 < 1 })
  }

  @Test("a constant series is calm, and its first change alarms")
  func constant() {
    let found = scores((0..<1_001).map { $0 == 1_000 ? 5.001 : 5 })
    #expect(found[..<1_000].allSatisfy { $0 <= 0.5 })
    #expect(found[1_000] >= SeriesDetector.alarmScore)
  }

  @Test("the unit of the values does not matter")
  func unit() {
    let values = rhythm(600) { index, usual in usual + (index == 500 ? 60 : 0) }
    #expect(scores(values.map { $0 * 1024 }) == scores(values))
  }

  @Test("the same values give the same scores, bit for bit, on every machine")
  func determinism() {
    let found = scores(rhythm(1_000))
    #expect(found == scores(rhythm(1_000)))
    let mixed = found.reduce(UInt64(0)) { ($0 ^ $1.bitPattern) &* 0x100_0000_01B3 }
    #expect(mixed == 9_511_885_725_302_780_464, "\(mixed)")
  }

  @Test("a detector keeps within 193 kB however long its series")
  func memory() {
    var detector = SeriesDetector()
    for index in 0..<6_000 { _ = detector.score(Double(index % 7)) }
    let bytes = heldBytes(detector)
    #expect(bytes > 191_000)
    #expect(bytes <= 193_000)
  }

  /// Of all arrays inside, by what they have room for.
  private func heldBytes(_ value: Any) -> Int {
    switch value {
    case let array as [Double]: array.capacity * MemoryLayout<Double>.stride
    case let array as [Float]: array.capacity * MemoryLayout<Float>.stride
    default: Mirror(reflecting: value).children.reduce(0) { $0 + heldBytes($1.value) }
    }
  }

  @Test(
    "noise without order seldom alarms, and keeps to Markov's bound", arguments: Noise.Kind.allCases
  )
  fileprivate func noise(kind: Noise.Kind) {
    var noise = Noise(seed: 1)
    let found = scores((0..<4_000).map { _ in noise.next(kind) }).dropFirst(1_000)
    for evidence in [2.0, 5, 10] {
      let count = found.count { $0 >= evidence / (1 + evidence) }
      #expect(Double(count) <= Double(found.count) / evidence)
    }
    #expect(found.count { $0 >= SeriesDetector.alarmScore } <= 5)
  }
}
