/// What a batch meant for the loop.
package struct Findings: Sendable {
  /// A followed subject at one proxy.
  package struct Sighting: Hashable, Comparable, Sendable {
    package var subject: Subject
    package var proxy: ProxyID
    /// The action named by a denial; nil for a rate limit, which names none.
    package var action: ActionID?

    package static func < (left: Sighting, right: Sighting) -> Bool {
      (left.subject, left.proxy, left.action?.description ?? "")
        < (right.subject, right.proxy, right.action?.description ?? "")
    }
  }

  package var detections: [Detection] = []
  /// The earliest and latest request by how it ended.
  package private(set) var stopped: [Sighting: ClosedRange<Timestamp>] = [:]
  package private(set) var served: [Sighting: ClosedRange<Timestamp>] = [:]

  package init(detections: [Detection]) {
    self.detections = detections
  }

  package var isEmpty: Bool { detections.isEmpty && stopped.isEmpty && served.isEmpty }

  /// Takes in what became of a followed subject's request.
  package mutating func note(
    _ observation: Observation, of subject: Subject, in batch: ObservationBatch
  ) {
    var sighting = Sighting(subject: subject, proxy: batch.reporter, action: nil)
    switch observation.outcome {
    case .denied(let action):
      sighting.action = action
      stopped.widen(sighting, by: observation.start)
    case .limited:
      stopped.widen(sighting, by: observation.start)
    case .answered(let status, byUpstream: true):
      // On the caller's side a refusal may be another proxy's.
      let isRefused = status == 403 || status == 429
      if batch.vantage != .source || !isRefused {
        served.widen(sighting, by: observation.start)
      }
    case .connected:
      served.widen(sighting, by: observation.start)
    case .answered(_, byUpstream: false), .unreachable:
      // The proxy's own answer, which may come before its filters ran, shows neither.
      break
    }
  }
}

extension [Findings.Sighting: ClosedRange<Timestamp>] {
  fileprivate mutating func widen(_ key: Key, by instant: Timestamp) {
    guard let range = self[key] else {
      self[key] = instant...instant
      return
    }
    self[key] =
      Swift.min(range.lowerBound, instant)...Swift.max(range.upperBound, instant)
  }
}
