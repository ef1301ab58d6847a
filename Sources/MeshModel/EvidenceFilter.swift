/// Tells requests that say something of their caller from those that we had our hand in.
package struct EvidenceFilter: Sendable {
  private let gateways: Set<UInt64>
  private var watched: Set<UInt64> = []
  private var denied: Set<UInt64> = []
  private var limited: Set<UInt64> = []
  private var rerouted: Set<UInt64> = []
  /// Since when requests of the watched count again.
  private var spent: [UInt64: Timestamp] = [:]

  /// Gateways speak of their clients at their own listeners; what they pass on is not theirs.
  package init(gateways: Set<SPIFFEID>) {
    self.gateways = Set(gateways.map(\.key))
  }

  package mutating func watch(_ watch: Watch) {
    denied = Set(watch.denied.map(\.key))
    limited = Set(watch.limited.map(\.key))
    rerouted = Set(watch.rerouted.map(\.key))
    watched = Set(watch.pressed.map(\.key))
    spent = spent.filter { watched.contains($0.key) }
  }

  /// What is answered by an action is no reason for the next.
  package mutating func spend(_ subject: Subject, before instant: Timestamp) {
    if watched.contains(subject.key) { spent[subject.key] = instant }
  }

  /// Takes over what was spent.
  package mutating func keep(from other: EvidenceFilter) {
    watched = other.watched
    spent = other.spent
  }

  /// What Flyball stopped or sent elsewhere says nothing; on the caller's side a refusal may be ours.
  package func admits(_ observation: Observation, _ vantage: Vantage) -> Bool {
    if vantage == .destination, gateways.contains(observation.source) { return false }
    if let instant = spent[observation.source], observation.start < instant { return false }
    switch observation.outcome {
    case .denied, .limited, .rerouted: return false
    case .unreachable, .connected: return true
    case .answered(let status, _):
      // What is cut off fails its own callers, who did nothing.
      if isOurRefusal(status, of: observation.destination) { return false }
      guard vantage == .source else { return true }
      if rerouted.contains(observation.source) { return false }
      return !isOurRefusal(status, of: observation.source)
    }
  }

  /// Whether an action against the subject may be why it is answered so, or answers so.
  private func isOurRefusal(_ status: UInt16, of subject: UInt64) -> Bool {
    status == 403 && denied.contains(subject) || status == 429 && limited.contains(subject)
      || status >= 400 && rerouted.contains(subject)
  }
}
