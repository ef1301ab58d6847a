package import MeshModel

/// Workloads that changed on purpose a short while ago, and which of their records have begun anew.
struct Deploys: Sendable {
  private var deploys: [UInt64: (until: Int64, begun: Set<UInt64>)] = [:]

  var isEmpty: Bool { deploys.isEmpty }

  /// The decision core bounds how many there are at once.
  mutating func add(_ workload: UInt64, at second: Int64) {
    forgetPast(at: second)
    deploys[workload] = (second + ScoringBounds.deploySeconds, [])
  }

  /// Whether the record is to begin anew: the first time it is met after a deploy of one of the two.
  mutating func isFirst(_ record: UInt64, of workloads: [UInt64], at second: Int64) -> Bool {
    var isFirst = false
    for workload in workloads {
      guard let deploy = deploys[workload] else { continue }
      if second >= deploy.until {
        forgetPast(at: second)
      } else if deploys[workload]?.begun.insert(record).inserted == true {
        isFirst = true
      }
    }
    return isFirst
  }

  private mutating func forgetPast(at second: Int64) {
    deploys = deploys.filter { $0.value.until > second }
  }
}

extension Scorer {
  /// The workload changed on purpose: what it does, and what is done to it, is learned anew, within
  /// bounds of what was learned before.
  package mutating func relearn(_ workload: SPIFFEID, at now: Timestamp) {
    deploys.add(workload.key, at: now.second)
  }

  /// Begins the record anew, should it be its turn. One that has no reference yet has nothing to
  /// begin anew, and is not remembered: there may be any number of those.
  mutating func relearnIfDeployed(_ position: Int, _ workloads: [UInt64], at second: Int64) {
    guard entities[position].version > 0 else { return }
    let key = entities[position].key
    guard deploys.isFirst(key, of: workloads, at: second) else { return }
    entities[position].relearn()
    entities[position].hasEpisode = false
    episodes.end(key)
  }
}
