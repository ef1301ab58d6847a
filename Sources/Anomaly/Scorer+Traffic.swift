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

  /// The subject's share of all requests in the five minutes before the onset; nil when unknown.
  package func trafficShare(of subject: Subject, before onset: Timestamp) -> Double? {
    shares.share(of: subject.key, before: onset)
  }

  /// Of a client outside, the gateway is the caller.
  mutating func noteDenial(_ observation: Observation, in batch: ObservationBatch) {
    let caller = batch.vantage == .gateway ? batch.names[0].key : observation.source
    guard owns(caller) else { return }
    denials.note(
      Self.mix(caller, observation.destination), isAtCaller: batch.vantage != .destination,
      at: UInt32(clamping: observation.start.second) / 60)
  }

  private mutating func countShares(in batch: ObservationBatch, at minute: UInt32) {
    guard shares.open(minute) else { return }
    // Requests of one caller often come in runs. What a workload asks of itself is nobody's loss.
    var run = 0
    var source: UInt64 = 0
    for observation in batch.observations where observation.source != observation.destination {
      if observation.source == source {
        run += 1
        continue
      }
      if run > 0 { shares.add(run, of: source, at: minute) }
      source = observation.source
      run = 1
    }
    if run > 0 { shares.add(run, of: source, at: minute) }
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
      guard case .subject(.workload(let workload)) = name.name else { continue }
      health.add(
        tally, Self.mix(caller, name.key), destination: (workload, name.key), in: batch,
        at: minute)
    }
  }

  package mutating func compare(_ workload: SPIFFEID, since: Timestamp) {
    health.compare(workload.key, since: since)
  }

  /// How those fare who call the workload.
  package func neighbours(of workload: SPIFFEID) -> [NeighbourHealth] {
    health.neighbours(of: workload.key)
  }
}
