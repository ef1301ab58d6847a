internal import Simulation
internal import Testing

/// Runs plans on all cores.
enum Runs {
  /// The runs that broke a rule, each as a line.
  static func broken(_ plans: [Plan]) async -> [String] {
    let workers = 4
    return await withTaskGroup(of: [String].self) { group in
      for worker in 0..<workers {
        group.addTask {
          stride(from: worker, to: plans.count, by: workers).compactMap { number in
            var world = World(plans[number])
            world.run()
            return world.violation.map {
              "\(number) of \(plans.count): \($0.invariant.rawValue): \($0.text)"
            }
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }.sorted()
    }
  }
}
