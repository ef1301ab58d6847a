internal import FeedbackLoop
package import MeshModel

/// What became of the attacks of a run.
package struct RunSummary: Hashable, Sendable {
  package struct Turn: Hashable, Sendable {
    package var at: Timestamp
    package var subject: Subject
    package var event: String
  }

  /// What changed in the mesh, in order.
  package private(set) var turns: [Turn] = []
  /// Requests of attackers that reached an application.
  package private(set) var leaks: [Subject: [Timestamp]] = [:]

  mutating func note(_ entry: HistoryEntry, at now: Timestamp) {
    guard let action = entry.action else { return }
    turns.append(Turn(at: now, subject: action.subject, event: entry.event))
  }

  mutating func leaked(_ subject: Subject, at now: Timestamp) {
    leaks[subject, default: []].append(now)
  }

  /// When an event was first said of anybody, at or after an instant.
  package func first(_ event: String, from instant: Timestamp = Plan.start) -> Timestamp? {
    turns.first { $0.event == event && $0.at >= instant }?.at
  }

  package func count(_ events: Set<String>) -> Int { turns.count { events.contains($0.event) } }
}
