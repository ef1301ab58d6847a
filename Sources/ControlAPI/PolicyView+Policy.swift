internal import Access
internal import ControlViews
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel

extension PolicyView {
  /// With those of its open actions that the caller may see.
  init(_ policy: ResponsePolicy, _ snapshot: LoopSnapshot, for caller: Operator) {
    self.init(
      name: policy.name, mode: policy.mode.rawValue, file: policy.source?.file ?? "",
      digest: policy.source?.digest ?? "", matches: policy.matches.map(\.text),
      steps: policy.steps.map(\.text), ttlSeconds: policy.revert.ttlMilliseconds / 1_000,
      maxActive: policy.guardrails.maxActive,
      openActions: snapshot.openActions.filter {
        $0.policy == policy.name && caller.may(.actions, in: $0.subject.principal.namespace)
      }.map(\.id.description))
  }
}

extension ScoreMatch {
  fileprivate var text: String {
    let terms = [
      rules?.rule.map { "rule \($0)" }, rules?.tag.map { "tag \($0)" },
      indicators?.feed.map { "feed \($0)" }, indicators?.kind?.rawValue,
      alerts?.name.map { "alert \($0)" }, alerts?.sender.map { "sender \($0)" },
    ]
    let which = terms.compactMap(\.self).joined(separator: ", ")
    return "\(detector.rawValue) from \(above)" + (which.isEmpty ? "" : " (\(which))")
  }
}

extension PolicyStep {
  fileprivate var text: String {
    let approval =
      approval.map { ", after \($0.count == 1 ? "an approval" : "\($0.count) approvals")" } ?? ""
    return "\(stage.name), held for \(holdSeconds) s\(approval)"
  }
}
