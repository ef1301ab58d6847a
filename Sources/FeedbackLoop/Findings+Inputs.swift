package import MeshModel

extension Findings {
  /// What the findings tell the decision core, in an order that depends on nothing else.
  package func inputs(newID: () -> ActionID) -> [LoopInput] {
    var inputs: [LoopInput] = detections.map { .detected($0, id: newID()) }
    for (sighting, range) in sightings.sorted(by: { $0.key < $1.key }) {
      let (subject, proxy) = (sighting.subject, sighting.proxy)
      func atBothEnds(_ input: (Timestamp) -> LoopInput) -> [LoopInput] {
        Set([range.lowerBound, range.upperBound]).sorted().map(input)
      }
      switch sighting.effect {
      case .limited:
        inputs += atBothEnds { .stopped(nil, subject: subject, at: proxy, start: $0) }
      case .denied(let id):
        inputs += atBothEnds { .stopped(id, subject: subject, at: proxy, start: $0) }
      case .rerouted(let id):
        inputs += atBothEnds { .rerouted(id, subject: subject, at: proxy, start: $0) }
      case .wouldDeny(let id):
        inputs += atBothEnds { .wouldStop(id, by: .rbac, subject: subject, at: proxy, start: $0) }
      case .wouldReroute(let id):
        inputs += atBothEnds { .wouldStop(id, by: .route, subject: subject, at: proxy, start: $0) }
      case .served: inputs.append(.served(subject, at: proxy, start: range.upperBound))
      case .admitted: inputs.append(.admitted(subject, at: proxy, start: range.upperBound))
      }
    }
    return inputs
  }
}
