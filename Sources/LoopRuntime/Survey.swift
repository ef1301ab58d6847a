package import Anomaly
package import MeshModel

/// What the shards knew when they were last asked, for whoever looks.
package struct Survey: Sendable {
  package struct Point: Hashable, Sendable {
    package var at: Timestamp
    package var score: Double
  }

  /// Nil before the first.
  package internal(set) var at: Timestamp?
  /// What a sum of its calls is divided by, for a rate.
  package internal(set) var seconds: Double = 1
  /// The highest scores first.
  package internal(set) var subjects: [SubjectStanding] = []
  /// Of the subjects that had a score of late, oldest first.
  package internal(set) var series: [Subject: [Point]] = [:]
  package internal(set) var callers: [SPIFFEID: [CallStanding]] = [:]
  package internal(set) var callees: [SPIFFEID: [CallStanding]] = [:]
  /// By service: requests that came to its own proxies, `failed` of them without a certificate.
  package internal(set) var inbound: [SPIFFEID: RequestTally] = [:]

  package init() {}

  /// Takes in what was known at an instant; the series goes on.
  mutating func take(
    _ standings: [SubjectStanding], _ calls: [CallStanding], _ inbound: [SPIFFEID: RequestTally],
    at now: Timestamp
  ) {
    at = now
    subjects = Array(
      standings.sorted { ($1.score, $0.subject) < ($0.score, $1.subject) }
        .prefix(Self.maximumSubjects))
    callers = Dictionary(grouping: calls, by: \.destination)
    callees = Dictionary(grouping: calls, by: \.caller)
    self.inbound = inbound
    var scores: [Subject: Double] = [:]
    for standing in subjects where standing.score > 0 || series[standing.subject] != nil {
      scores[standing.subject] = standing.score
    }
    let oldest = now.adding(milliseconds: -Self.seriesMilliseconds)
    var next: [Subject: [Point]] = [:]
    for (subject, score) in scores {
      let points = (series[subject] ?? []).filter { $0.at > oldest }
      guard score > 0 || points.contains(where: { $0.score > 0 }) else { continue }
      next[subject] = points + [Point(at: now, score: score)]
    }
    series = next
  }

  /// Subjects that are told of: as many as one may look through.
  package static let maximumSubjects = 1_000
  /// Milliseconds a series reaches back.
  private static let seriesMilliseconds: Int64 = 600_000
}
