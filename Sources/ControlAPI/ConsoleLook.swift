internal import Access
internal import Console
internal import LoopRuntime

/// One look at the loop by one operator: all parts of a page are of the same instant.
struct ConsoleLook: Sendable {
  let caller: Operator
  let snapshot: LoopSnapshot
  let survey: Survey
  var visit: Visit

  /// What may be done about something of that namespace, of these.
  func may(_ orders: [Order], in namespace: String?) -> [Order] {
    orders.filter { caller.may($0.operation, in: namespace) }
  }
}

extension Order {
  /// What the table of operations calls it.
  var operation: Access.Operation {
    switch self {
    case .order: .order
    case .approve: .approve
    case .reject: .reject
    case .revert: .revert
    case .extend: .extend
    case .pause: .pause
    case .resume: .resume
    case .revertAll: .revertAll
    }
  }

  /// What is said once it is done.
  var said: String {
    switch self {
    case .order: "Ordered: it is recorded, sent to the proxies, and proved."
    case .approve: "Your approval is recorded."
    case .reject: "Rejected: nothing is done."
    case .revert: "Taken back: the proxies let it through again, and that is being verified."
    case .extend: "Extended."
    case .pause: "Paused: no new action starts."
    case .resume: "Resumed: Flyball acts again."
    case .revertAll: "Everything is being taken back."
    }
  }
}
