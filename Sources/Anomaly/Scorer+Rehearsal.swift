internal import MeshModel

extension Scorer {
  /// Scores the requests of the self-test's offender.
  mutating func rehearse(_ batch: ObservationBatch) -> [Detection] {
    if rehearsal?.node != batch.reporter.node { rehearsal = Rehearsal(node: batch.reporter.node) }
    return batch.observations.compactMap { observation in
      owns(observation.source) ? rehearsal?.walk(observation, in: batch) : nil
    }
  }
}
