internal import MeshModel

extension LoopEngine {
  /// Takes back what alerts alone led to, now that all of them are resolved: a quarantine by way of the
  /// throttle, all else at once. An operator's order stands, and what the mesh itself sees of the
  /// subject is detected anew.
  mutating func cleared(_ subject: Subject, because reason: String, at now: Timestamp) {
    for (key, entry) in waiting
    where key.subject == subject && entry.detection.detector == .alert {
      waiting[key] = nil
    }
    for action in openActions
    where action.subject == subject && action.detection.detector == .alert
      && action.policy != ResponsePolicy.orderName
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
}
