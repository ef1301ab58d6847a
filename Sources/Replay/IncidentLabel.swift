package import MeshModel

/// A known incident in recorded traffic: whom a detection should name, and when.
package struct IncidentLabel: Hashable, Sendable {
  /// A subject's text, or just its name.
  package var subject: String
  package var start: Timestamp
  package var end: Timestamp

  package init(subject: String, start: Timestamp, end: Timestamp) {
    self.subject = subject
    self.start = start
    self.end = end
  }

  func covers(_ fire: Backtest.Fire) -> Bool {
    guard fire.subject.description == subject || fire.subject.name == subject else { return false }
    return fire.until >= start
      && fire.at <= end.adding(milliseconds: Self.graceMilliseconds)
  }

  /// Milliseconds after an incident's end in which it may still be found: what a minute's traffic
  /// shows is known at its end.
  private static let graceMilliseconds: Int64 = 60_000
}

/// How well fires match known incidents.
package struct LabelMatch: Hashable, Sendable {
  package var incidents = 0
  package var found = 0
  package var fires = 0
  package var right = 0
  /// Milliseconds from the start of each incident that was found to its first fire, in order.
  package var delaysMilliseconds: [Double] = []

  /// Refused answers count as neither.
  package init(_ fires: [Backtest.Fire], _ labels: [IncidentLabel]) {
    let counted = fires.filter { $0.answer != .refused }
    incidents = labels.count
    self.fires = counted.count
    right = counted.filter { fire in labels.contains { $0.covers(fire) } }.count
    for label in labels {
      guard let first = counted.filter({ label.covers($0) }).map(\.at).min() else { continue }
      found += 1
      delaysMilliseconds.append(max(0, first.milliseconds(since: label.start)))
    }
    delaysMilliseconds.sort()
  }

  /// The share of fires that name a known incident; nil without fires.
  package var precision: Double? { fires == 0 ? nil : Double(right) / Double(fires) }
  /// The share of incidents that were found; nil without incidents.
  package var recall: Double? { incidents == 0 ? nil : Double(found) / Double(incidents) }
}
