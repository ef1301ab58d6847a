internal import MeshModel

/// The busiest destinations' requests per minute, each tested against its own past.
///
/// The called side counts, and each gateway for itself. A minute counts only when its reporter was
/// heard in it and goes on being heard: what was not reported is a gap and no zero, and so are the
/// minutes at both ends of a gap, of which a part may be missing. While something of ours is in
/// force minutes are left out, for it stops requests.
struct ServiceTraffic: Sendable {
  private var series: [UInt64: ServiceSeries] = [:]
  /// By the reporter's key; one for each that has a series.
  private var reporters: [UInt64: Reporter] = [:]
  /// The present minute's requests of destinations without a series.
  private var candidates: [UInt64: Candidate] = [:]
  private var candidateMinute: UInt32 = 0
  /// The latest minute in which something of ours was in force.
  private var actedMinute: UInt32 = 0

  private struct Reporter {
    /// The minute that is counted now.
    var open: UInt32
    /// Whether it was heard from its beginning.
    var isWhole = false
    var series: [UInt64] = []
  }

  private struct Candidate {
    var service: SPIFFEID
    var witness: SPIFFEID
    var owner: UInt64
    var count = 0
  }

  var count: Int { series.count }
  var services: [SPIFFEID] { series.values.map(\.service).sorted() }

  /// The reporter of a batch was heard: closes its minutes that are over.
  mutating func hear(
    _ reporter: UInt64, at now: Timestamp, isActing: Bool, threshold: Double?
  ) -> [Detection] {
    let second = UInt32(clamping: now.second)
    if isActing { actedMinute = max(actedMinute, second / 60) }
    chooseCandidate(at: second / 60)
    guard let open = reporters[reporter]?.open else { return [] }
    let due = (max(second, Self.lateness) - Self.lateness) / 60
    guard due > open else { return [] }
    let isNext = due == open + 1
    let counts = isNext && (reporters[reporter]?.isWhole ?? false) && open > actedMinute
    var detections: [Detection] = []
    for key in reporters[reporter]?.series ?? [] {
      if !counts {
        series[key]?.skip(next: isNext)
      } else if let found = series[key]?.close(open, threshold: threshold, at: now) {
        detections.append(found)
      }
    }
    reporters[reporter]?.open = due
    reporters[reporter]?.isWhole = isNext
    return detections
  }

  /// Requests of one destination, all in one minute. `key` keeps the sides apart.
  mutating func add(
    _ requests: Int, _ key: UInt64, like observation: Observation, in batch: ObservationBatch
  ) {
    let minute = UInt32(clamping: observation.start.second) / 60
    if let owner = series[key]?.owner, let open = reporters[owner]?.open {
      series[key]?.add(requests, isNext: minute > open)
    } else if candidates[key] != nil {
      candidates[key]?.count += requests
    } else if case .workload(let service) = batch.destination(of: observation) {
      let candidate = Candidate(
        service: service, witness: batch.reporter.principal, owner: batch.names[0].key,
        count: requests)
      if series.count < ScoringBounds.services,
        reporters[candidate.owner]?.series.count ?? 0 < ScoringBounds.servicesPerReporter
      {
        begin(key, candidate, minute: minute, mean: 0)
      } else if candidates.count < ScoringBounds.serviceCandidates {
        candidates[key] = candidate
      }
    }
  }

  /// At the end of a minute, the busiest candidate takes the place of the quietest series, if it is
  /// twice as busy: of its reporter's own when that has its share.
  private mutating func chooseCandidate(at minute: UInt32) {
    guard minute > candidateMinute else { return }
    defer {
      candidateMinute = minute
      candidates.removeAll(keepingCapacity: true)
    }
    guard let best = candidates.max(by: { ($0.value.count, $0.key) < ($1.value.count, $1.key) })
    else { return }
    let own = reporters[best.value.owner]?.series ?? []
    let rivals = own.count < ScoringBounds.servicesPerReporter ? Array(series.keys) : own
    var quietest: (load: Double, key: UInt64)?
    for key in rivals {
      guard let load = series[key]?.load(at: minute) else { continue }
      if quietest.map({ (load, key) < $0 }) ?? true { quietest = (load, key) }
    }
    guard let quietest, Double(best.value.count) > 2 * max(quietest.load, 1) else { return }
    end(quietest.key)
    begin(best.key, best.value, minute: minute, mean: Double(best.value.count))
  }

  private mutating func begin(
    _ key: UInt64, _ candidate: Candidate, minute: UInt32, mean: Double
  ) {
    series[key] = ServiceSeries(
      service: candidate.service, witness: candidate.witness, owner: candidate.owner,
      minute: minute, mean: mean)
    reporters[candidate.owner, default: Reporter(open: minute)].series.append(key)
    let isNext = minute > reporters[candidate.owner]?.open ?? minute
    series[key]?.add(candidate.count, isNext: isNext)
    // Its first minute began before it did.
    reporters[candidate.owner]?.isWhole = false
  }

  private mutating func end(_ key: UInt64) {
    guard let owner = series.removeValue(forKey: key)?.owner else { return }
    reporters[owner]?.series.removeAll { $0 == key }
    if reporters[owner]?.series.isEmpty ?? false { reporters[owner] = nil }
  }

  private static let lateness = UInt32(ScoringBounds.latenessSeconds)
}
