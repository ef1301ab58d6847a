package import MeshModel

/// Who calls whom, how often and how well: what an action must not harm.
extension Scorer {
  mutating func countTraffic(in batch: ObservationBatch) {
    guard let newest = batch.observations.map(\.start.microseconds).max() else { return }
    let minute = UInt32(clamping: Timestamp(microseconds: newest).second) / 60
    if batch.vantage != .source { countShares(in: batch, at: minute) }
    if batch.vantage != .destination, owns(batch.names[0].key) {
      countHealth(in: batch, at: minute)
    }
  }

  private mutating func countShares(in batch: ObservationBatch, at minute: UInt32) {
    var requests = [UInt32](repeating: 0, count: batch.names.count)
    for observation in batch.observations { requests[Int(observation.sourceName)] &+= 1 }
    shares.addToAll(batch.observations.count, at: minute)
    for (name, count) in zip(batch.names, requests) where count > 0 && owns(name.key) {
      shares.add(count, of: name.key, at: minute)
    }
  }

  private mutating func countHealth(in batch: ObservationBatch, at minute: UInt32) {
    var tallies = [RequestTally](repeating: RequestTally(), count: batch.names.count)
    let caller = batch.names[0].key
    for observation in batch.observations {
      let failed: Bool
      switch observation.outcome {
      case .denied, .limited: continue
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
