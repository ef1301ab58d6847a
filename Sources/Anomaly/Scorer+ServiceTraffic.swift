internal import MeshModel

extension Scorer {
  /// Counts a batch's requests for each destination and minute; see `ServiceTraffic`.
  mutating func countServices(
    in batch: ObservationBatch, isActing: Bool, _ detections: inout [Detection]
  ) {
    guard var newest = batch.observations.first?.start else { return }
    for observation in batch.observations
    where observation.start.microseconds > newest.microseconds { newest = observation.start }
    detections += services.hear(
      batch.names[0].key, at: newest, isActing: isActing, threshold: thresholds[.serviceTraffic])
    guard batch.vantage != .source else { return }
    // Requests to one destination in one minute come in runs.
    var first = 0
    var count = 0
    var minute: Range<Int64> = 0..<0
    for index in batch.observations.indices {
      let destination = batch.observations[index].destination
      let start = batch.observations[index].start
      guard owns(destination) else { continue }
      switch batch.observations[index].outcome {
      case .denied, .limited, .rerouted: continue
      case .answered, .connected, .unreachable: break
      }
      if destination != batch.observations[first].destination
        || !minute.contains(start.microseconds)
      {
        countService(count, first, in: batch)
        first = index
        count = 0
        let second = start.second - (start.second % 60 + 60) % 60
        let begin = Timestamp(seconds: second).microseconds
        minute = begin..<max(begin, begin &+ 60_000_000)
      }
      count += 1
    }
    countService(count, first, in: batch)
  }

  private mutating func countService(_ count: Int, _ first: Int, in batch: ObservationBatch) {
    guard count > 0 else { return }
    let observation = batch.observations[first]
    services.add(
      count, observation.destination ^ Self.side(of: batch), like: observation, in: batch)
  }
}
