internal import Access
internal import ControlViews
internal import Hummingbird
internal import MeshModel
internal import NIOCore

/// A request to the operators' interface, and who sent it.
struct OperatorContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel
  /// Whom the door let in; until then nobody, who may do nothing.
  var `operator` = Operator.nobody
  /// What forms of the caller's session must bring along; empty where there is no session.
  var formToken = ""

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// Refuses the caller who may not do this to that workload, or to what this gateway's clients do.
  func require(_ operation: Access.Operation, about principal: SPIFFEID) throws(Problem) {
    guard `operator`.may(operation, in: principal.namespace) else {
      throw Problem(
        "forbidden", 403, "You may not do this",
        detail: "\(`operator`.name) needs the role \(operation.leastRole) for \(principal)")
    }
  }
}
