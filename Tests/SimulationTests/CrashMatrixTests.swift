internal import Simulation
internal import Testing

struct CrashMatrixTests {
  @Test("a crash at any place of an incident, with any part of a write durable, breaks no rule")
  func matrix() async {
    let plans = CrashMatrix(.reference()).plans
    #expect(plans.count > 100)
    let broken = await Runs.broken(plans)
    #expect(broken.isEmpty, "'flyball-sim matrix --only N' repeats one")
  }

  @Test("the reference incident goes all the way: quarantine, step down, release")
  func reference() {
    var world = World(.reference())
    world.run()
    #expect(world.violation == nil)
    for event in ["intent", "applied", "effective", "stepped-down", "released"] {
      #expect(world.summary.first(event) != nil, "\(event)")
    }
  }
}
