package import MeshModel

/// What the decision core wants done, in this order.
package enum LoopEffect: Hashable, Sendable {
  /// Store the entry. An intent must be durable before any later effect of its action.
  case record(HistoryEntry)
  case enforce(Enforcement, generation: UInt64)
  case withdraw(ActionID, generation: UInt64)
  case watch(Watch)
  /// Something was sent against the workload: from `since` on, calls of others to it are compared with
  /// what they were before.
  case compare(SPIFFEID, since: Timestamp)
  /// The action is in force: the evidence that led to it, from requests that began before the
  /// instant, is spent.
  case spend(Subject, before: Timestamp)
  /// The workload was changed on purpose: its reference is learned anew.
  case relearn(SPIFFEID)
  /// The self-test's offender is to be seen at its misdeeds; the action is the one that may follow.
  case rehearse(SPIFFEID, ActionID)
  /// A self-test is over.
  case tested(SelfTestResult)
  /// A human must look.
  case escalate(ActionID?, String)
}

package struct HistoryEntry: Hashable, Sendable, Codable {
  package var at: Timestamp
  /// Whether `LoopInput.recorded` is awaited before the effect.
  package var isIntent: Bool
  /// The action after the change; nil for what concerns no action.
  package var action: ActionRecord?
  package var event: String
  package var detail: String

  package init(
    at: Timestamp, isIntent: Bool = false, action: ActionRecord?, event: String, detail: String
  ) {
    self.at = at
    self.isIntent = isIntent
    self.action = action
    self.event = event
    self.detail = detail
  }
}
