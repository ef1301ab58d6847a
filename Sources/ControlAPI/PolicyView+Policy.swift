internal import ControlViews
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel

extension PolicyView {
  init(_ policy: ResponsePolicy, _ snapshot: LoopSnapshot) {
    self.init(
      name: policy.name, mode: policy.mode.rawValue, file: policy.source?.file ?? "",
      digest: policy.source?.digest ?? "", matches: policy.matches.map(\.text),
      steps: policy.steps.map(\.text), ttlSeconds: policy.revert.ttlMilliseconds / 1_000,
      maxActive: policy.guardrails.maxActive,
      openActions: snapshot.openActions.filter { $0.policy == policy.name }.map(\.id.description))
  }
}

extension ScoreMatch {
  fileprivate var text: String {
    let terms = [
      rules?.rule.map { "rule \($0)" }, rules?.tag.map { "tag \($0)" },
      indicators?.feed.map { "feed \($0)" }, indicators?.kind?.rawValue,
    ]
    let which = terms.compactMap(\.self).joined(separator: ", ")
    return "\(detector.rawValue) from \(above)" + (which.isEmpty ? "" : " (\(which))")
  }
}

extension PolicyStep {
  fileprivate var text: String {
    let approval = approval.map { ", after \($0.count) approvals" } ?? ""
    return "\(stage.name), held for \(holdSeconds) s\(approval)"
  }
}
