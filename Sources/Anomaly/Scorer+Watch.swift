package import MeshModel

/// What actions do to requests, as far as it is no evidence.
extension Scorer {
  package mutating func watch(_ watch: Watch) {
    // Two names of one key can be crafted; the first in order is the one that is seen.
    followed = Dictionary(watch.followed.sorted().map { ($0.key, $0) }) { first, _ in first }
    watched = Set(watch.pressed.map(\.key))
    denied = Set(watch.denied.map(\.key))
    limited = Set(watch.limited.map(\.key))
    rerouted = Set(watch.rerouted.map(\.key))
    tightened = Set(watch.tightened.map(\.key))
    isActing = watch.isActing
    spent = spent.filter { watched.contains($0.key) }
    met = Dictionary(uniqueKeysWithValues: watched.map { ($0, met[$0] ?? LastMet(at: latest)) })
    health.keepComparisons(of: watched)
  }

  /// Forgets the evidence that led to an action. While the subject is watched, requests that began
  /// before `instant` count no more, however late their entries arrive.
  package mutating func spend(_ subject: Subject, before instant: Timestamp) {
    guards.forget(subject.key)
    for key in episodes.keys(of: subject) {
      if let position = entities.find(key) {
        entities[position].forgetEvidence()
        entities[position].hasEpisode = false
      }
      episodes.end(key)
    }
    if watched.contains(subject.key) { spent[subject.key] = instant }
  }

  func isSpent(_ observation: Observation) -> Bool {
    spent[observation.source].map { observation.start < $0 } ?? false
  }

  func isEcho(_ observation: Observation, _ vantage: Vantage) -> Bool {
    if vantage == .source, rerouted.contains(observation.source) { return true }
    // What the reporting proxy itself answered it would have told as ours.
    guard case .answered(let status, byUpstream: true) = observation.outcome, status >= 400 else {
      return false
    }
    if vantage == .source, isRefusal(status, of: observation.source) { return true }
    if vantage != .destination, status == 403, tightened.contains(observation.destination) {
      return true
    }
    // The caller of a workload that is cut off may be handed the refusal that workload met.
    let callee = observation.destination
    guard let met = met[callee], rerouted.contains(callee) || isRefusal(status, of: callee)
    else { return false }
    return observation.start
      <= met.at(besides: observation.source).adding(milliseconds: ScoringBounds.echoMilliseconds)
  }

  /// Whether an action of ours may answer requests of the subject so.
  private func isRefusal(_ status: UInt16, of subject: UInt64) -> Bool {
    status == 403 && denied.contains(subject) || status == 429 && limited.contains(subject)
  }
}
