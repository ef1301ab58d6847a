internal import MeshModel

extension LoopEngine {
  /// Takes back what alerts alone led to, where none of those that stand would lead to it: a quarantine
  /// by way of the throttle, all else at once. An operator's order stands, and what the mesh itself sees
  /// of the subject is detected anew.
  mutating func cleared(
    _ subject: Subject, _ standing: [Detection], because reason: String, at now: Timestamp
  ) {
    for (key, entry) in waiting
    where key.subject == subject && entry.detection.detector == .alert
      && !policies.contains(where: { $0.lane == key.lane && standing.contains(where: $0.matches) })
    {
      waiting[key] = nil
    }
    for action in openActions
    where action.subject == subject && action.detection.detector == .alert
      && action.policy != ResponsePolicy.orderName && !isCalledFor(action, by: standing)
    {
      switch action.state {
      case .awaitingApproval:
        close(action, .refused(.alertResolved), detail: reason, at: now)
      case .recording where !action.isInForce:
        close(action, .refused(.alertResolved), detail: reason, at: now)
      case .applying, .verifying, .holding:
        let isCutOff = action.stage == .quarantine && !action.isShadow
        release(action, isCutOff ? .step : .final(.released), because: reason, at: now)
      case .recording, .releasing(.step, _), .verifyingRelease(.step, _):
        release(action, .final(.released), because: reason, at: now)
      case .releasing(.final, _), .verifyingRelease(.final, _), .closed: break
      }
    }
  }

  /// Of a policy that is gone nobody knows what it answered.
  private func isCalledFor(_ action: ActionRecord, by standing: [Detection]) -> Bool {
    guard let policy = policy(of: action) else { return !standing.isEmpty }
    return standing.contains(where: policy.matches)
  }
}
