package import MeshModel

/// Rung "collateral": callers that did nothing fare as they did before the action.
extension LoopEngine {
  /// Each caller speaks for itself only, so one alone cannot have an action lessened. And a subject
  /// that fails its callers on purpose gains a throttle at most, never its freedom.
  mutating func compared(
    _ workload: SPIFFEID, with neighbours: [NeighbourHealth], at now: Timestamp
  ) {
    guard
      var action = openActions.first(where: {
        $0.subject == .workload(workload) && $0.lane == .pressing
      }),
      isPressing(action)
    else { return }
    let known = neighbours.filter(\.isComparable)
    if action.course.comparedCalls != known.count {
      action.course.comparedCalls = known.count
      actions[action.id] = action
    }
    let harmed = known.filter(\.isHarmed)
    let callers = Set(harmed.map(\.caller))
    guard !callers.isEmpty else { return }
    let text = Self.text(of: harmed)
    guard action.stage.isLessened, callers.count >= LoopLimits.harmedCallers,
      verifyTerms(of: action).onHarm == .lessen
    else {
      sayHarm(to: callers, text, of: action, at: now)
      return
    }
    action.course.harmed = true
    effects.append(.escalate(action.id, "\(action.stage.name) lessened: \(text)"))
    release(action, .step, because: text, at: now)
  }

  /// Whether the action takes something from its subject now.
  private func isPressing(_ action: ActionRecord) -> Bool {
    switch action.state {
    case .applying, .verifying, .holding: true
    case .awaitingApproval, .recording, .releasing, .verifyingRelease, .closed: false
    }
  }

  private mutating func sayHarm(
    to callers: Set<SPIFFEID>, _ text: String, of action: ActionRecord, at now: Timestamp
  ) {
    guard openHarms[action.id] != callers else { return }
    openHarms[action.id] = callers
    commit(action, event: "harm", detail: text, at: now)
    effects.append(.escalate(action.id, "\(action.stage.name) may harm others: \(text)"))
  }

  private static func text(of harmed: [NeighbourHealth]) -> String {
    let more = harmed.count - LoopLimits.namedHarms
    return harmed.prefix(LoopLimits.namedHarms).map {
      "\($0.since.failed) of \($0.since.total) requests of \($0.caller.name) to it fail, before"
        + " \($0.before.failed) of \($0.before.total)"
    }.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
  }
}

extension NeighbourHealth {
  /// Whether there were requests enough on both sides of the beginning to tell.
  fileprivate var isComparable: Bool {
    min(before.total, since.total) >= LoopLimits.comparedRequests
  }

  package var isHarmed: Bool {
    isComparable && since.failedShare > before.failedShare + LoopLimits.harmedShare
  }
}

extension Stage {
  /// Whether it becomes a throttle where it harms others, and is not done to that subject again.
  var isLessened: Bool {
    switch self {
    case .quarantine, .reroute: true
    case .throttle, .tightenMTLS: false
    }
  }
}
