package import MeshModel

package enum OperatorCommand: Hashable, Sendable {
  case pause
  case resume
  /// What is approved is what the operator was shown: `fingerprint` is `LoopEngine.fingerprint` then.
  case approve(ActionID, fingerprint: String)
  /// `id` names the action, should one be started.
  case order(OperatorOrder, id: ActionID)
  case reject(ActionID)
  case revert(ActionID)
  /// Its deadline moves so much later.
  case extend(ActionID, milliseconds: Int64, reason: String)
  case revertAll
  /// The workload changes on purpose from now on: what is usual of it is learned anew.
  case deploy(SPIFFEID)
}

/// Why a command was not carried out.
package enum CommandRefusal: Error, Hashable, Sendable {
  case unknownAction
  case alreadyApproved
  case changed
  case unknownSubject(Subject)
  case reserved
  case actedOn(by: ActionID)
  case badLifetime(limitMilliseconds: Int64)
  case notAwaitingApproval(state: String)
  case alreadyClosed(state: String)
  case guardrail(Refusal)
  case selfTest
  case notHolding(state: String)
  case badExtension(limitMilliseconds: Int64)
  case extensionLimit(ExtensionLimit)
  case recentDeploy(until: Timestamp)
  case tooManyDeploys(limit: Int)

  package var text: String {
    switch self {
    case .unknownAction: "no such action"
    case .alreadyApproved: "you approved it already; another operator must agree"
    case .changed: "it is no longer what was shown: look at it again"
    case .unknownSubject(let subject):
      "no proxy of \(subject.principal) is known: check the name with 'flyball get nodes'"
    case .reserved: "that identity belongs to Flyball's self-test: no workload has it"
    case .actedOn(let id): "action \(id) is open against it already"
    case .badLifetime(let limit):
      "the time must be above 0 and at most \(limit / 1000) s (limits.maxTTL)"
    case .notAwaitingApproval(let state): "it is \(state), not awaiting approval"
    case .alreadyClosed(let state): "it is already \(state)"
    case .guardrail(let refusal): refusal.text
    case .selfTest: "it is the self-test's, and ends with it"
    case .notHolding(let state):
      "it is \(state), and only what holds can be extended"
    case .badExtension(let limit):
      "the time to add must be above 0 and at most \(limit / 1000) s (limits.maxTTL)"
    case .extensionLimit(let limit): limit.text
    case .tooManyDeploys(let limit): "\(limit) deploys were announced within the hour"
    case .recentDeploy(let until):
      "a deploy of it was announced a short while ago; the next one can be at \(until.rfc3339)"
    }
  }
}
