package import MeshModel

extension SignalDesk {
  /// What open incidents tell against a workload together; nil where none does.
  ///
  /// The gravest of them speaks for all, the one that has been open for longest among equals. A second
  /// sender counts only with an incident that is at least medium, and corroborates as far as that goes:
  /// there always is some lesser alert about anybody.
  package func detection(against subject: SPIFFEID, at now: Timestamp) -> Detection? {
    let open = incidents.filter { $0.key.subject.subject == subject }
    guard let gravest = open.max(by: { ($0.score, $1.id) < ($1.score, $0.id) }) else { return nil }
    let others = open.filter { $0.key.sender != gravest.key.sender && $0.isVoice }
    let alert = MatchedAlert(
      incident: gravest.id.description, sender: gravest.key.sender, name: gravest.name,
      title: gravest.title, severity: gravest.severity,
      senders: Set([gravest.key.sender] + others.map(\.key.sender)).sorted())
    var detection = alert.detection(against: subject, at: now)
    detection.corroborated = others.map(\.score).max() ?? 0
    detection.failures = open.reduce(0) { $0 + $1.count }
    detection.total = detection.failures
    detection.onset = open.map(\.id.opened).min() ?? now
    return detection
  }

  /// The workloads that open incidents are about, sorted.
  package var accused: [SPIFFEID] { scores.keys.sorted() }

  /// What the gravest open incident about each workload scores.
  package var scores: [SPIFFEID: Double] {
    var scores: [SPIFFEID: Double] = [:]
    forEachIncident { incident in
      guard let subject = incident.key.subject.subject else { return }
      scores[subject] = max(scores[subject] ?? 0, incident.score)
    }
    return scores
  }
}

extension Incident {
  fileprivate var score: Double { severity.alertScore }

  /// Whether it makes its sender a second voice.
  fileprivate var isVoice: Bool { severity.map { $0 >= .medium } ?? false }

  /// Signals that fire, or may.
  package var count: Int {
    members.count.addingReportingOverflow(overflow?.count ?? 0).partialValue
  }

  /// What its signals are called; of a flood nothing.
  package var name: String {
    switch key {
    case .about(_, _, let name): name
    case .flood: ""
    }
  }
}
