internal import Simulation
internal import Testing

struct SeedTests {
  @Test("no rule breaks under the first 300 seeds")
  func seeds() {
    for seed: UInt64 in 1...300 {
      var world = World(Plan(seed: seed))
      world.run()
      #expect(world.violation == nil, "seed \(seed)")
    }
  }
}
