package import MeshModel

extension Findings {
  /// What the findings tell the decision core, in an order that depends on nothing else.
  package func inputs(newID: () -> ActionID) -> [LoopInput] {
    var inputs: [LoopInput] = detections.map { .detected($0, id: newID()) }
    for (sighting, range) in stopped.sorted(by: { $0.key < $1.key }) {
      for start in Set([range.lowerBound, range.upperBound]).sorted() {
        inputs.append(
          .stopped(sighting.action, subject: sighting.subject, at: sighting.proxy, start: start))
      }
    }
    for (sighting, range) in served.sorted(by: { $0.key < $1.key }) {
      inputs.append(.served(sighting.subject, at: sighting.proxy, start: range.upperBound))
    }
    return inputs
  }
}
