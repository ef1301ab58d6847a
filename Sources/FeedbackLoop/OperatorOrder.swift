package import MeshModel

/// An action that an operator asks for.
package struct OperatorOrder: Hashable, Sendable {
  package var subject: Subject
  package var stage: Stage
  package var ttlMilliseconds: Int64
  package var reason: String

  package init(subject: Subject, stage: Stage, ttlMilliseconds: Int64, reason: String) {
    self.subject = subject
    self.stage = stage
    self.ttlMilliseconds = ttlMilliseconds
    self.reason = reason
  }
}

extension ResponsePolicy {
  /// The terms of operators' orders: no score ends them, and what cannot be proved stays, for
  /// whoever gave the order is there to judge it. No file can have this name.
  static func orders(_ order: OperatorOrder) -> ResponsePolicy {
    ResponsePolicy(
      name: orderName, matches: [],
      scope: PolicyScope(clients: order.subject.isClient),
      steps: [PolicyStep(stage: order.stage)],
      verify: VerifyTerms(onFailure: .keep, onHarm: .keep),
      revert: RevertTerms(
        ttlMilliseconds: order.ttlMilliseconds, scoreBelow: 0),
      guardrails: PolicyGuardrails(maxActive: .max))
  }

  package static let orderName = "(operator)"
}
