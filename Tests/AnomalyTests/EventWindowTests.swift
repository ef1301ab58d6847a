internal import Anomaly
internal import Testing

struct EventWindowTests {
  private func total(_ window: EventWindow, at second: Int64) -> Int {
    var total = 0
    window.forEachBucket(at: second) { total += Int($0.failures) }
    return total
  }

  @Test("a bucket leaves the window exactly after its length")
  func sliding() {
    var window = EventWindow(seconds: 10)
    window.add(\.failures, at: 100)
    #expect(total(window, at: 109) == 1)
    #expect(total(window, at: 110) == 0)
  }

  @Test("an entry older than the lateness counts in the current bucket")
  func lateness() {
    var window = EventWindow(seconds: 20)
    window.add(\.successes, at: 100)
    window.add(\.failures, at: 100 - ScoringBounds.latenessSeconds - 1)
    // It would have left by now, had it been filed under its own time.
    #expect(total(window, at: 119) == 1)
  }

  @Test("negative and far seconds neither trap nor leak")
  func extremes() {
    var window = EventWindow(seconds: 10)
    for second: Int64 in [-50, -1, 0, 5, 1_000_000_000, 1_000_000_001] {
      window.add(\.failures, at: second)
    }
    #expect(total(window, at: 1_000_000_001) == 2)
  }

  @Test("counts saturate")
  func saturation() {
    var window = EventWindow(seconds: 2)
    for _ in 0..<70_000 { window.add(\.failures, at: 1) }
    #expect(total(window, at: 1) == Int(UInt16.max))
  }
}
