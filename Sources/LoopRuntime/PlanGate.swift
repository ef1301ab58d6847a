package import FeedbackLoop
package import MeshModel
internal import PlanCheck
internal import Synchronization

/// Where every enforcement is judged on its way out; shared by the loop's mailbox and its outbox.
package final class PlanGate: Sendable {
  private let check: Mutex<PlanCheck>
  private let now: @Sendable () -> Timestamp

  package init(
    _ limits: LoopLimits, selfTest: SelfTestTerms? = nil,
    now: @escaping @Sendable () -> Timestamp
  ) {
    // An identity is always a pattern.
    let own = limits.own.flatMap { try? SPIFFEPattern(parsing: $0.description) }
    check = Mutex(
      PlanCheck(
        PlanBounds(
          maxActive: limits.maxActive, maxActiveClients: limits.maxActiveClients,
          maxTTLMilliseconds: limits.maxTTLMilliseconds,
          maxContinuousMilliseconds: limits.maxContinuousMilliseconds, gateways: limits.gateways,
          protected: limits.protected + [own].compactMap(\.self),
          protectedClients: limits.protectedClients, selfTest: selfTest?.subject)))
    self.now = now
  }

  func heard(of subject: Subject) { check.withLock { $0.heard(of: subject, at: now()) } }

  func extended(_ action: ActionID, milliseconds: Int64) {
    check.withLock { $0.extended(action, milliseconds: milliseconds, at: now()) }
  }

  func stored(_ intent: Enforcement) { check.withLock { $0.stored(intent, at: now()) } }

  /// Takes over what an earlier process left open.
  func adopted(_ action: ActionRecord) {
    switch action.state {
    case .closed: return
    case .awaitingApproval: heard(of: action.subject)
    case .recording(let from, _):
      let stages = Set([action.stage, from].compactMap(\.self))
      check.withLock { $0.adopted(action.intended, stages: stages, at: now()) }
    case .applying, .verifying, .holding, .releasing, .verifyingRelease:
      check.withLock { $0.adopted(action.enforcement, stages: [action.stage], at: now()) }
    }
  }

  func withdrawn(_ action: ActionID) { check.withLock { $0.withdrawn(action) } }

  func objection(to plan: Enforcement) -> Objection? {
    check.withLock { $0.objection(to: plan, at: now()) }
  }
}
