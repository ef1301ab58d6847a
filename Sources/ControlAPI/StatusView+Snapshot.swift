internal import Access
internal import ControlViews
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel

extension StatusView {
  /// Of open actions those count that the caller may see.
  init(_ snapshot: LoopSnapshot, _ desk: ControlDesk, for caller: Operator) {
    let feeds = desk.feeds().map { FeedView($0, isWhole: caller.may(.nodes, in: nil)) }
    self.init(
      paused: snapshot.isPaused, unsafe: snapshot.unsafe,
      historyWritable: snapshot.isHistoryWritable,
      openActions: snapshot.openActions.count {
        !$0.isSelfTest && caller.may(.actions, in: $0.subject.principal.namespace)
      },
      policies: snapshot.policies.map(\.name),
      load: snapshot.load.rawValue, microseconds: snapshot.at.microseconds,
      daemon: desk.daemon,
      selfTest: snapshot.selfTest.map { SelfTestView($0) }, impersonated: snapshot.isImpersonated,
      feeds: feeds.isEmpty ? nil : feeds)
  }
}
