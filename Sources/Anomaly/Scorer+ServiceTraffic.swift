internal import MeshModel

extension Scorer {
  /// Counts a batch's requests for each destination and minute; see `ServiceTraffic`.
  mutating func countServices(
    in batch: ObservationBatch, isActing: Bool, _ detections: inout [Detection]
  ) {
    guard let newest = batch.observations.lazy.map(\.start).max() else { return }
    detections += services.hear(
      batch.names[0].key, at: newest, isActing: isActing, threshold: thresholds[.serviceTraffic])
    guard batch.vantage != .source else { return }
    let side = Self.side(of: batch)
    // Requests to one destination in one minute come in runs.
    var run: (first: Observation, ends: Int64, count: Int)?
    for observation in batch.observations where owns(observation.destination) {
      switch observation.outcome {
      case .denied, .limited: continue
      case .answered, .connected, .unreachable: break
      }
      if let present = run, present.first.destination == observation.destination,
        observation.start.microseconds < present.ends,
        observation.start.microseconds >= present.ends &- Self.minute
      {
        run = (present.first, present.ends, present.count + 1)
        continue
      }
      if let run {
        services.add(run.count, run.first.destination ^ side, like: run.first, in: batch)
      }
      let second = observation.start.second
      let start = Timestamp(seconds: second - (second % 60 + 60) % 60)
      run = (observation, start.microseconds &+ Self.minute, 1)
    }
    if let run { services.add(run.count, run.first.destination ^ side, like: run.first, in: batch) }
  }

  private static let minute: Int64 = 60_000_000
}
