internal import MeshModel

extension Scorer {
  /// Weighs a request of a call that may be followed for even intervals; see `NewCalls`.
  mutating func followNewCall(
    _ call: UInt64, _ observation: Observation, _ batch: ObservationBatch
  ) -> Detection? {
    let twin = Self.otherSide(of: batch).map {
      Self.mix(observation.source ^ $0, observation.destination)
    }
    return newCalls.take(call, twin: twin, observation, threshold: thresholds[.beaconing])
  }
}
