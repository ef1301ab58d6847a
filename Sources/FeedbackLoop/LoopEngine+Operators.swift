package import MeshModel

extension LoopEngine {
  /// Carries out an operator's command or says why not. `by` names who gave it.
  package mutating func handle(
    _ command: OperatorCommand, by: String, at now: Timestamp
  ) throws(CommandRefusal) -> [LoopEffect] {
    switch command {
    case .pause:
      isPaused = true
      say("paused", "new actions are stopped by \(by); releases go on", at: now)
    case .resume:
      isPaused = false
      say("resumed", "by \(by)", at: now)
    case .approve(let id):
      try approve(id, by: by, at: now)
    case .reject(let id):
      let action = try find(id)
      guard case .awaitingApproval = action.state else {
        throw .notAwaitingApproval(state: action.state.name)
      }
      close(action, .refused(.rejected(by: by)), detail: "rejected by \(by)", at: now)
    case .revert(let id):
      let action = try find(id)
      guard !action.state.isClosed else { throw .alreadyClosed(state: action.state.name) }
      revert(action, by: by, at: now)
    case .revertAll:
      for action in openActions { revert(action, by: by, at: now) }
    case .deploy(let workload):
      try deploy(workload, by: by, at: now)
    }
    return drain(at: now)
  }

  private mutating func approve(
    _ id: ActionID, by: String, at now: Timestamp
  ) throws(CommandRefusal) {
    var action = try find(id)
    guard case .awaitingApproval = action.state else {
      throw .notAwaitingApproval(state: action.state.name)
    }
    guard let policy = policy(of: action) else { throw .unknownAction }
    if let refusal = refusal(of: action, policy, at: now) { throw .guardrail(refusal) }
    commit(action, event: "approved", detail: "by \(by)", at: now)
    intend(&action, policy, at: now)
  }

  /// Each deploy loosens what is allowed, so they cannot follow one another at will.
  private mutating func deploy(
    _ workload: SPIFFEID, by: String, at now: Timestamp
  ) throws(CommandRefusal) {
    deploys = deploys.filter { now < $0.value }
    if let until = deploys[workload] { throw .recentDeploy(until: until) }
    guard deploys.count < LoopLimits.deploys else {
      throw .tooManyDeploys(limit: LoopLimits.deploys)
    }
    deploys[workload] = now.adding(milliseconds: LoopLimits.deployMilliseconds)
    say("deploy", "of \(workload), announced by \(by)", at: now)
    effects.append(.relearn(workload))
  }

  private func find(_ id: ActionID) throws(CommandRefusal) -> ActionRecord {
    guard let action = actions[id] else { throw .unknownAction }
    return action
  }

  private mutating func revert(_ action: ActionRecord, by: String, at now: Timestamp) {
    switch action.state {
    case .awaitingApproval, .recording(from: nil, _):
      close(action, .refused(.rejected(by: by)), detail: "reverted by \(by)", at: now)
    case .recording, .applying, .verifying, .holding, .releasing(.step, _),
      .verifyingRelease(.step, _):
      release(action, .final(.released), at: now)
    case .releasing(.final, _), .verifyingRelease(.final, _), .closed: break
    }
  }

  private mutating func say(_ event: String, _ detail: String, at now: Timestamp) {
    effects.append(.record(HistoryEntry(at: now, action: nil, event: event, detail: detail)))
  }
}
