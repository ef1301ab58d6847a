internal import ControlViews
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel

extension StatusView {
  init(_ snapshot: LoopSnapshot, _ daemon: DaemonView) {
    self.init(
      paused: snapshot.isPaused, unsafe: snapshot.unsafe,
      historyWritable: snapshot.isHistoryWritable,
      openActions: snapshot.openActions.count { !$0.isSelfTest },
      policies: snapshot.policies.map(\.name),
      load: snapshot.load.rawValue, microseconds: snapshot.at.microseconds, daemon: daemon,
      selfTest: snapshot.selfTest.map { SelfTestView($0) }, impersonated: snapshot.isImpersonated)
  }
}
