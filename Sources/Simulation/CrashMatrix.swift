internal import MeshModel

/// A reference incident, with a crash at every place where one could matter, and every way a write
/// under way can end there.
package struct CrashMatrix: Sendable {
  package let plans: [Plan]

  package init(_ reference: Plan, restartMilliseconds: [Int64] = [300, 20_000]) {
    var first = World(reference)
    first.run()
    var plans: [Plan] = []
    for (number, place) in first.places.enumerated() {
      for delay in restartMilliseconds {
        for kind in Self.kinds(at: place) {
          var plan = reference
          plan.crash = Plan.Crash(place: number + 1, kind: kind, restartMilliseconds: delay)
          plans.append(plan)
        }
      }
    }
    self.plans = plans
  }

  private static func kinds(at place: World.Place) -> [Plan.Crash.Kind] {
    switch place {
    case .beforeWrite(let entries):
      [.clean] + (1...entries).map { .torn(durable: $0) }
        + (0...entries).map { .failed(durable: $0) }
    case .afterWrite, .beforeAct, .afterAct: [.clean]
    }
  }
}
