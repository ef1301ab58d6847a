package import MeshModel

package enum OperatorCommand: Hashable, Sendable {
  case pause
  case resume
  case approve(ActionID)
  case reject(ActionID)
  case revert(ActionID)
  case revertAll
  /// The workload changes on purpose from now on: what is usual of it is learned anew.
  case deploy(SPIFFEID)
}

/// Why a command was not carried out.
package enum CommandRefusal: Error, Hashable, Sendable {
  case unknownAction
  case notAwaitingApproval(state: String)
  case alreadyClosed(state: String)
  case guardrail(Refusal)
  case recentDeploy(until: Timestamp)
  case tooManyDeploys(limit: Int)

  package var text: String {
    switch self {
    case .unknownAction: "no such action"
    case .notAwaitingApproval(let state): "it is \(state), not awaiting approval"
    case .alreadyClosed(let state): "it is already \(state)"
    case .guardrail(let refusal): refusal.text
    case .tooManyDeploys(let limit): "\(limit) deploys were announced within the hour"
    case .recentDeploy(let until):
      "a deploy of it was announced a short while ago; the next one can be at \(until.rfc3339)"
    }
  }
}
