internal import MeshModel

/// An operator keeps an action longer than it would last.
extension LoopEngine {
  /// The old deadline stands until the later one is durable; only then do proxies hear of it.
  mutating func extend(
    _ open: ActionRecord, milliseconds: Int64, reason: String, by: String, at now: Timestamp
  ) throws(CommandRefusal) {
    guard !open.isSelfTest else { throw .selfTest }
    guard (1...limits.maxTTLMilliseconds).contains(milliseconds) else {
      throw .badExtension(limitMilliseconds: limits.maxTTLMilliseconds)
    }
    // Past its deadline nothing is in force, whatever was not said yet.
    guard case .holding = open.state, now < open.notAfter else {
      throw .notHolding(state: open.state.name)
    }
    guard let policy = policy(of: open) else { throw .guardrail(.policyRemoved) }
    let deadline = open.notAfter.adding(milliseconds: milliseconds)
    let limit = extensionLimit(of: open, policy, at: now)
    guard deadline <= limit.latest else { throw .extensionLimit(limit) }
    if let refusal = refusal(of: open, policy, at: now) { throw .guardrail(refusal) }
    var action = open
    action.course.extendedTo = deadline
    action.state = .recording(
      from: open.stage, until: now.adding(milliseconds: LoopLimits.recordMilliseconds))
    commit(
      action, event: "extension",
      detail: "ordered by \(by), from \(open.notAfter.rfc3339) to \(deadline.rfc3339): \(reason)",
      isIntent: true, at: now)
  }

  /// An extension is worth no more than a new action, and counts like one as time without a pause.
  private func extensionLimit(
    of action: ActionRecord, _ policy: ResponsePolicy, at now: Timestamp
  ) -> ExtensionLimit {
    let lifetime = now.adding(
      milliseconds: min(policy.revert.ttlMilliseconds, limits.maxTTLMilliseconds))
    let began = action.course.began ?? action.proposedAt
    let continuous = began.adding(milliseconds: continuousTimeLeft(of: action, at: began))
    return lifetime <= continuous
      ? ExtensionLimit(latest: lifetime, bound: .lifetime)
      : ExtensionLimit(latest: continuous, bound: .continuousTime)
  }
}
