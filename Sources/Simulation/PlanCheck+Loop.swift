internal import FeedbackLoop
internal import MeshModel
internal import PlanCheck

/// What the daemon tells the plan check, told here the same way.
extension PlanCheck {
  init(_ limits: LoopLimits) {
    self.init(
      PlanBounds(
        maxActive: limits.maxActive, maxActiveClients: limits.maxActiveClients,
        maxTTLMilliseconds: limits.maxTTLMilliseconds,
        maxContinuousMilliseconds: limits.maxContinuousMilliseconds, gateways: limits.gateways,
        protected: limits.protected, protectedClients: limits.protectedClients))
  }

  /// Takes over what an earlier process left open.
  mutating func adopted(_ action: ActionRecord, at now: Timestamp) {
    switch action.state {
    case .closed: return
    case .awaitingApproval: heard(of: action.subject, at: now)
    case .recording(let from, _):
      adopted(
        action.intended, stages: Set([action.stage, from].compactMap(\.self)), at: now)
    case .applying, .verifying, .holding, .releasing, .verifyingRelease:
      adopted(action.enforcement, stages: [action.stage], at: now)
    }
  }
}
