internal import Simulation
internal import Testing

struct SeedTests {
  @Test("no rule breaks under the first 300 seeds; 'flyball-sim seed N' repeats one")
  func seeds() async {
    let broken = await Runs.broken((1...300).map { Plan(seed: $0) })
    #expect(broken.isEmpty, "numbers count from 0, seeds from 1")
  }
}
