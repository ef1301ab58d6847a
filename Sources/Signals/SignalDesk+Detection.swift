package import MeshModel

extension SignalDesk {
  /// What open incidents tell against a workload, each by itself, the gravest first, the one that has
  /// been open for longest among equals.
  ///
  /// Each meets the policies by itself: none hides another that a policy names. Two senders corroborate
  /// each other as far as both go, whatever they call the matter, and only with incidents that are at
  /// least medium: there always is some lesser alert about anybody.
  package func detections(against subject: SPIFFEID, at now: Timestamp) -> [Detection] {
    var open: [Incident] = []
    forEachIncident { if $0.key.subject.subject == subject { open.append($0) } }
    return detections(of: open, against: subject, at: now)
  }

  /// The same of every workload that open incidents are about.
  package func detections(at now: Timestamp) -> [SPIFFEID: [Detection]] {
    var open: [SPIFFEID: [Incident]] = [:]
    forEachIncident { incident in
      if let subject = incident.key.subject.subject { open[subject, default: []].append(incident) }
    }
    var detections: [SPIFFEID: [Detection]] = [:]
    for (subject, incidents) in open {
      detections[subject] = self.detections(of: incidents, against: subject, at: now)
    }
    return detections
  }

  private func detections(
    of open: [Incident], against subject: SPIFFEID, at now: Timestamp
  ) -> [Detection] {
    var voices: [String: Double] = [:]
    for incident in open where incident.isVoice {
      voices[incident.key.sender] = max(voices[incident.key.sender] ?? 0, incident.score)
    }
    let gravest = open.sorted { ($1.score, $0.id) < ($0.score, $1.id) }
    return gravest.map { incident in
      let others = incident.isVoice ? voices.filter { $0.key != incident.key.sender } : [:]
      let alert = MatchedAlert(
        incident: incident.id.description, sender: incident.key.sender, name: incident.name,
        title: incident.title, severity: incident.severity,
        senders: ([incident.key.sender] + others.keys).sorted())
      var detection = alert.detection(against: subject, at: now)
      detection.corroborated = min(incident.score, others.values.max() ?? 0)
      detection.failures = incident.count
      detection.total = incident.count
      detection.onset = incident.id.opened
      return detection
    }
  }
}

extension Incident {
  fileprivate var score: Double { severity.alertScore }

  /// Whether it makes its sender a second voice.
  var isVoice: Bool { severity.map { $0 >= .medium } ?? false }

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
