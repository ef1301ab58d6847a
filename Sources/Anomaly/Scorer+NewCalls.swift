internal import MeshModel

extension Scorer {
  /// Weighs a request of a call that may be followed for even intervals; see `NewCalls`.
  mutating func followNewCall(
    _ call: UInt64, _ observation: Observation, _ batch: ObservationBatch,
    _ detections: inout [Detection]
  ) {
    let twin = Self.otherSide(of: batch).map {
      Self.mix(observation.source ^ $0, observation.destination)
    }
    if let found = newCalls.take(
      call, twin: twin, observation, threshold: thresholds[.beaconing])
    {
      detections.append(found)
    }
  }
}
