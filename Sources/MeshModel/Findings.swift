/// What a batch meant for the loop.
package struct Findings: Sendable {
  /// What a proxy did with requests of a followed subject.
  package struct Sighting: Hashable, Comparable, Sendable {
    package enum Effect: Hashable, Sendable {
      /// By a rate limit, which names no action.
      case limited
      case denied(ActionID)
      case rerouted(ActionID)
      case wouldDeny(ActionID)
      case wouldReroute(ActionID)
      case served
      /// To the subject, from a peer without a certificate.
      case admitted
    }

    package var subject: Subject
    package var proxy: ProxyID
    package var effect: Effect

    /// What was let through comes after all else.
    package static func < (left: Sighting, right: Sighting) -> Bool {
      let (one, other) = (left.effect.order, right.effect.order)
      return (one.isServed ? 1 : 0, left.subject, left.proxy, one.rank, one.action)
        < (other.isServed ? 1 : 0, right.subject, right.proxy, other.rank, other.action)
    }
  }

  package var detections: [Detection] = []
  /// The earliest and latest request of each kind.
  package private(set) var sightings: [Sighting: ClosedRange<Timestamp>] = [:]

  package init(detections: [Detection]) {
    self.detections = detections
  }

  package var isEmpty: Bool { detections.isEmpty && sightings.isEmpty }

  /// Takes in what became of a followed subject's request.
  package mutating func note(
    _ observation: Observation, of subject: Subject, in batch: ObservationBatch
  ) {
    let effect: Sighting.Effect
    switch observation.outcome {
    case .denied(let action): effect = .denied(action)
    case .rerouted(let action): effect = .rerouted(action)
    case .limited: effect = .limited
    case .answered(let status, byUpstream: true):
      // On the caller's side a refusal may be another proxy's.
      let isRefused = status == 403 || status == 429
      guard batch.vantage != .source || !isRefused else { return }
      effect = .served
    case .connected: effect = .served
    case .answered(_, byUpstream: false), .unreachable:
      // The proxy's own answer, which may come before its filters ran, shows neither.
      return
    }
    widen(Sighting(subject: subject, proxy: batch.reporter, effect: effect), by: observation.start)
  }

  /// Takes in what a followed subject's action showed at a request.
  package mutating func note(_ mark: RequestMark, of subject: Subject, by proxy: ProxyID) {
    let effect: Sighting.Effect =
      switch mark.kind {
      case .wouldDeny(let action): .wouldDeny(action)
      case .wouldReroute(let action): .wouldReroute(action)
      case .denied(let action): .denied(action)
      case .admitted: .admitted
      }
    widen(Sighting(subject: subject, proxy: proxy, effect: effect), by: mark.start)
  }

  private mutating func widen(_ sighting: Sighting, by instant: Timestamp) {
    guard let range = sightings[sighting] else {
      sightings[sighting] = instant...instant
      return
    }
    sightings[sighting] = min(range.lowerBound, instant)...max(range.upperBound, instant)
  }
}

extension Findings.Sighting.Effect {
  fileprivate var order: (isServed: Bool, rank: Int, action: String) {
    switch self {
    case .limited: (false, 0, "")
    case .denied(let action): (false, 1, action.description)
    case .rerouted(let action): (false, 2, action.description)
    case .wouldDeny(let action): (false, 3, action.description)
    case .wouldReroute(let action): (false, 4, action.description)
    case .served: (true, 5, "")
    case .admitted: (true, 6, "")
    }
  }
}
