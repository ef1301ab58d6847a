package import MeshModel

extension MatchedAlert {
  /// What one signal of it tells against a workload, by one sender's word.
  package func detection(against subject: SPIFFEID, at now: Timestamp) -> Detection {
    Detection(
      subject: .workload(subject), detector: .alert, score: severity.alertScore, corroborated: 0,
      failures: 1, total: 1, onset: now, at: now, destinations: [], witnesses: [], alert: self)
  }
}

extension SigmaLevel? {
  /// As grave as the least, where nobody said how grave it is.
  var alertScore: Double { (self ?? .informational).score }
}
