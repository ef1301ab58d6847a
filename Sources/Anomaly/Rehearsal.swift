internal import MeshModel

/// What a shard knows of the self-test's offender: guards of its own, so that nothing that is learned,
/// remembered or counted of real subjects changes by it.
struct Rehearsal: Sendable {
  /// Which test it is of.
  let node: String
  private var guards = Guards(thresholds: [.lateralMovement: RandomWalkTest.decision])

  init(node: String) {
    self.node = node
  }

  mutating func walk(_ observation: Observation, in batch: ObservationBatch) -> Detection? {
    guards.walk(observation, isKnown: false, in: batch)
  }
}
