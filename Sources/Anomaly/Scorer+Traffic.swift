package import MeshModel

/// Who calls whom, how often and how well: what an action must not harm.
extension Scorer {
  mutating func countTraffic(in batch: ObservationBatch) {
    guard let first = batch.observations.first else { return }
    let minute = UInt32(clamping: first.start.second) / 60
    if batch.vantage != .source, shares.isSampled() { countShares(in: batch, at: minute) }
    if batch.vantage != .destination, owns(batch.names[0].key) {
      countHealth(in: batch, at: minute)
    }
  }

  private mutating func countShares(in batch: ObservationBatch, at minute: UInt32) {
    guard shares.open(minute, requests: batch.observations.count) else { return }
    // Requests of one caller often come in runs.
    var run = 0
    var source: UInt64 = 0
    for observation in batch.observations {
      if observation.source == source {
        run += 1
        continue
      }
      if run > 0, owns(source) { shares.add(run, of: source, at: minute) }
      source = observation.source
      run = 1
    }
    if run > 0, owns(source) { shares.add(run, of: source, at: minute) }
  }

  private mutating func countHealth(in batch: ObservationBatch, at minute: UInt32) {
    var tallies = [RequestTally](repeating: RequestTally(), count: batch.names.count)
    let caller = batch.names[0].key
    for observation in batch.observations {
      let failed: Bool
      switch observation.outcome {
      case .denied, .limited, .rerouted: continue
      case .answered(let status, _): failed = status >= 500
      case .unreachable: failed = true
      case .connected: failed = false
      }
      let place = Int(observation.destinationName)
      tallies[place].total &+= 1
      if failed { tallies[place].failed &+= 1 }
      if health.isComparing {
        health.note(
          observation, failed: failed, caller: caller,
          Self.mix(caller, observation.destination))
      }
    }
    for (name, tally) in zip(batch.names, tallies) where tally.total > 0 {
      let destination: Destination
      switch name.name {
      case .subject(.workload(let identity)): destination = .workload(identity)
      case .unresolved(let text): destination = .unresolved(text)
      case .subject(.client): continue
      }
      health.add(
        tally, Self.mix(caller, name.key), destination: destination, in: batch, at: minute)
    }
  }

  package mutating func compare(
    _ subject: Subject, and callees: [Destination], since: Timestamp
  ) {
    health.compare(subject, and: callees, since: since)
  }

  /// How those fare whom an action against the subject could harm.
  package func neighbours(of subject: Subject) -> [NeighbourHealth] {
    health.neighbours(of: subject)
  }
}
