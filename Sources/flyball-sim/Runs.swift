internal import Foundation
internal import Simulation
internal import Synchronization

/// Runs plans on every core and tells what broke.
enum Runs {
  /// The runs that broke a rule, in the order of the plans.
  static func all(_ plans: [Plan], _ title: String, stopAfter: Int) async -> [World] {
    let progress = RunProgress(plans, title, stopAfter: stopAfter)
    await withDiscardingTaskGroup { group in
      for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
        group.addTask {
          while let plan = progress.next() {
            var world = World(plan)
            world.run()
            progress.finished(world)
          }
        }
      }
    }
    print("said: \(progress.said)")
    return progress.end()
  }

  static func tell(_ world: World, repeatedBy command: String) {
    guard let violation = world.violation else { return }
    for line in world.story.suffix(60) { print("  \(line)") }
    print("rule broken: \(violation.invariant.rawValue)")
    print("  \(violation.text), at \(violation.at) ms of a \(world.plan.mode.rawValue) run")
    print("  faults: \(world.plan.faults.map(\.rawValue).sorted().joined(separator: ", "))")
    print("repeat it with: \(command)")
  }
}
