package import MeshModel

extension LoopEngine {
  /// Takes over what an earlier process left. A durable intent may or may not have reached the
  /// mesh: it is sent again under its own id and deadline, or, past that, withdrawn and verified.
  package mutating func restore(
    _ stored: [ActionRecord], isPaused: Bool, at now: Timestamp
  ) -> [LoopEffect] {
    self.isPaused = isPaused
    restoredAt = now
    for var action in stored.sorted(by: { $0.id < $1.id }) {
      if !action.state.isClosed {
        // What a proxy accepted last may not have been written down any more.
        for proxy in action.proxies.keys { action.proxies[proxy]?.hasAccepted = true }
      }
      actions[action.id] = action
      switch action.state {
      case .awaitingApproval, .closed: break
      case .recording(from: nil, _) where isPaused:
        release(action, .final(.failed(Refusal.paused.text)), at: now)
      case .recording, .applying, .verifying, .holding, .releasing(.step, _),
        .verifyingRelease(.step, _):
        adopt(action, at: now)
      case .releasing(.final(let ending), _), .verifyingRelease(.final(let ending), _):
        release(action, .final(ending), because: action.unrecorded(.final(ending)), at: now)
      }
    }
    return drain(at: now)
  }

  private mutating func adopt(_ stored: ActionRecord, at now: Timestamp) {
    var action = stored
    guard !action.isSelfTest else {
      release(action, .final(.failed("Flyball stopped during the self-test")), at: now)
      return
    }
    if let deadline = action.course.extendedTo, !isPaused { action.notAfter = deadline }
    action.course.extendedTo = nil
    guard now < action.notAfter else {
      release(action, .final(.expired("its deadline passed while Flyball was down")), at: now)
      return
    }
    guard now >= stored.sentAt ?? stored.proposedAt else {
      // Its deadline may be further off than it was meant to be.
      release(action, .final(.expired("the clock went back while Flyball was down")), at: now)
      return
    }
    guard !isProtected(action.subject) else {
      release(action, .final(.failed(Refusal.protected.text)), at: now)
      return
    }
    if case .releasing(.step, _) = action.state, action.stage.isLessened {
      // That it stepped down is not in its history.
      release(action, .step, because: action.unrecorded(.step), at: now)
      return
    }
    if case .recording(let from?, _) = action.state, isPaused { action.stage = from }
    // What was seen before an intent was carried out is no proof of what it intends.
    var before = action.proxies
    if case .recording = stored.state, action.stage == stored.stage { before = [:] }
    send(&action, at: now)
    // What was seen of this stage stays seen, and the proxies need time to find us again.
    action.keepSeen(before)
    let patience = max(
      verifyTerms(of: action).withinMilliseconds, LoopLimits.vanishedMilliseconds)
    action.state = .applying(until: now.adding(milliseconds: patience), attempt: 1)
    commit(
      action, event: "adopted",
      detail: "\(action.measure) found in the history, until \(action.notAfter.rfc3339)",
      at: now)
  }
}
