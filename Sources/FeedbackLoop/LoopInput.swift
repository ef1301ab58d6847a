package import Actuators
package import MeshModel

/// Everything that can happen to the decision core.
package enum LoopInput: Hashable, Sendable {
  /// `id` names the action, should one be proposed.
  case detected(Detection, id: ActionID)
  /// All alerts about the subject that stand, each by itself, the gravest first; and what of them was
  /// resolved since the last such report. `id` as above.
  case reported(Subject, [Detection], resolved: Set<EndedAlert>, id: ActionID)
  /// The intent of this number of the action is durable.
  case recorded(ActionID, intent: Int)
  case recordFailed(String)
  case proxy(ProxyReport)
  /// An access log stream of this proxy opened or closed.
  case reporting(ProxyID, isOpen: Bool)
  /// A request of a watched subject was stopped: denied in the name of an action, or limited, which
  /// names none.
  case stopped(ActionID?, subject: Subject, at: ProxyID, start: Timestamp)
  /// A request of a watched subject was answered by the cluster that the action names.
  case rerouted(ActionID, subject: Subject, at: ProxyID, start: Timestamp)
  /// A request passed that a shadow action would have stopped, or sent elsewhere, by this filter.
  case wouldStop(ActionID, by: Filter, subject: Subject, at: ProxyID, start: Timestamp)
  /// A request of a watched subject was let through.
  case served(Subject, at: ProxyID, start: Timestamp)
  /// What became of a probe, as this proxy's access log says.
  case probed(ProbeSighting, at: ProxyID)
  /// A request without a certificate was let through to a watched workload.
  case admitted(Subject, at: ProxyID, start: Timestamp)
  /// The actions that a proxy's live configuration held some time after it was asked.
  case readback(ProxyID, actions: Set<ActionID>, askedAt: Timestamp)
  /// How many entries of its access log a proxy has dropped since it started.
  case dropped(ProxyID, total: UInt64)
  /// The plan check did not let an enforcement out.
  case objected(ActionID, String)
  /// How those fare who call a workload that is acted on.
  case neighbours(SPIFFEID, [NeighbourHealth])
  /// The watched subjects' scores now; a subject without one is unknown, not calm.
  case scores([Subject: Double])
  /// How far telemetry can be trusted now.
  case load(LoadState)
  /// The self-test's requests were read as access logs are, or came to nothing for this reason.
  case rehearsed(ActionID, problem: String?)
  /// An access log named a caller whose identity is kept for the self-test, so that nobody has it.
  case impersonated
  case tick
}
