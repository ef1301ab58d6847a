internal import Access
internal import ControlViews
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel

extension StatusView {
  /// Of open actions those count that the caller may see.
  init(_ snapshot: LoopSnapshot, _ daemon: DaemonView, for caller: Operator) {
    self.init(
      paused: snapshot.isPaused, unsafe: snapshot.unsafe,
      historyWritable: snapshot.isHistoryWritable,
      openActions: snapshot.openActions.count {
        !$0.isSelfTest && caller.may(.actions, in: $0.subject.principal.namespace)
      },
      policies: snapshot.policies.map(\.name),
      load: snapshot.load.rawValue, microseconds: snapshot.at.microseconds, daemon: daemon,
      selfTest: snapshot.selfTest.map { SelfTestView($0) }, impersonated: snapshot.isImpersonated)
  }
}
