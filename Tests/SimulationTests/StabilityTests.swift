internal import Simulation
internal import Testing

struct StabilityTests {
  @Test(
    "every attack is contained soon, pressed on and let go a few times at most, and released after it"
  )
  func settles() {
    for cell in Stability.cells(travels: [2, 400], flushes: [50, 1_000]) {
      let name = "\(cell.profile.rawValue), \(cell.travelMilliseconds), \(cell.flushMilliseconds)"
      #expect(cell.violation == nil, "\(name)")
      #expect(cell.containedAfter.map { $0 < 8_000 } ?? false, "\(name)")
      #expect(cell.releasedAfter.map { $0 < 45_000 } ?? false, "\(name)")
      #expect((1...7).contains(cell.ups), "\(name): \(cell.ups) times up")
      #expect((1...8).contains(cell.downs), "\(name): \(cell.downs) times down")
    }
  }

  @Test(
    "an attack without a pause reaches the applications only until it is contained, and at tries to let go"
  )
  func leaks() {
    for cell in Stability.cells(travels: [2], flushes: [50]) where cell.profile == .blatant {
      #expect(cell.leaked * 20 < cell.sent)
    }
  }
}
