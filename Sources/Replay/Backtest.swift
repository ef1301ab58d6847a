internal import FeedbackLoop
package import MeshModel

/// What policies would have done with recorded traffic, gathered from the events of its replay.
package struct Backtest: Sendable {
  /// One answer of a policy to one incident.
  package struct Fire: Hashable, Sendable {
    package var action: ActionID
    package var policy: String
    package var subject: Subject
    package var detector: Detector
    package var score: Double
    package var at: Timestamp
    /// When it was last said; an answer that is only noted is repeated while its cause lasts.
    package var until: Timestamp
    package var answer: Answer
    package var reason: String
  }

  package enum Answer: Hashable, Sendable {
    /// It would have been enforced, this far at most.
    case acts(Stage)
    /// Its proxies would have said what they would have done.
    case shadows(Stage)
    case asks
    /// The policy only observes.
    case observes
    /// A guardrail would have refused it.
    case refused

    package var name: String {
      switch self {
      case .acts(let stage): stage.name
      case .shadows(let stage): "shadow \(stage.name)"
      case .asks: "ask"
      case .observes: "observe"
      case .refused: "refused"
      }
    }
  }

  package private(set) var fires: [Fire] = []
  private var places: [ActionID: Int] = [:]

  package init() {}

  package mutating func note(_ event: Replay.Event) {
    guard case .recorded(let entry) = event, let action = entry.action else { return }
    let answer = Self.answer(entry, action)
    if let place = places[action.id] {
      fires[place].until = entry.at
      switch answer {
      case .acts?, .shadows?: fires[place].answer = answer ?? fires[place].answer
      case .asks?, .observes?, .refused?, nil: break
      }
      return
    }
    guard let answer else { return }
    if let place = repetition(of: action, answer, at: entry.at) {
      fires[place].until = entry.at
      places[action.id] = place
      return
    }
    places[action.id] = fires.count
    fires.append(
      Fire(
        action: action.id, policy: action.policy, subject: action.subject,
        detector: action.detection.detector, score: action.detection.score, at: entry.at,
        until: entry.at, answer: answer, reason: entry.detail))
  }

  /// The earlier note of an incident that goes on without an action.
  private func repetition(
    of action: ActionRecord, _ answer: Answer, at now: Timestamp
  ) -> Int? {
    switch answer {
    case .acts, .shadows, .asks: return nil
    case .observes, .refused: break
    }
    return fires.lastIndex {
      $0.subject == action.subject && $0.policy == action.policy && $0.answer == answer
        && now < $0.until.adding(milliseconds: Self.incidentMilliseconds)
    }
  }

  private static func answer(_ entry: HistoryEntry, _ action: ActionRecord) -> Answer? {
    if entry.isIntent { return action.isShadow ? .shadows(action.stage) : .acts(action.stage) }
    switch action.state {
    case .awaitingApproval: return .asks
    case .closed(.refused(.observeOnly), _): return .observes
    case .closed(.refused, _): return .refused
    case .recording, .applying, .verifying, .holding, .releasing, .verifyingRelease, .closed:
      return nil
    }
  }

  /// Milliseconds; refusals are recorded once a minute while their cause lasts.
  private static let incidentMilliseconds: Int64 = 120_000
}
