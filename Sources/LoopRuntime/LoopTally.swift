internal import FeedbackLoop
internal import MeshModel

/// What the loop recorded since the start, counted. Self-tests count apart, in `SelfTest`.
package struct LoopTally: Sendable {
  /// An event of the history, and the measure of the action it happened to; empty of the loop itself.
  package struct Key: Hashable, Sendable {
    package var event: String
    package var measure: String
  }

  /// Both parts of a key are words of this program, so there are few.
  package private(set) var counts: [Key: Int]
  /// Actions proved effective within each of `bounds`, each counted once; the last is for the rest.
  package private(set) var effective = [Int](repeating: 0, count: Self.bounds.count + 1)
  package private(set) var effectiveSeconds = 0.0

  /// Seconds from the proposal to the proof.
  package static let bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

  /// What alert rules watch is there from the start: Prometheus sees no increase in a first sample.
  package init() {
    counts = [:]
    for event in ["effective", "escalated", "failed", "release-open", "refused"] {
      for measure in ["quarantine", "reroute", "throttle", "tighten-mtls"] {
        counts[Key(event: event, measure: measure)] = 0
      }
    }
  }

  mutating func add(_ entry: HistoryEntry) {
    guard entry.action?.isSelfTest != true else { return }
    counts[Key(event: entry.event, measure: entry.action?.measure ?? ""), default: 0] += 1
    guard entry.event == "effective", let action = entry.action else { return }
    let seconds =
      Double(max(0, entry.at.microseconds - action.proposedAt.microseconds)) / 1_000_000
    effective[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    effectiveSeconds += seconds
  }
}
