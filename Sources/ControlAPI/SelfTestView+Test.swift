internal import ControlViews
internal import FeedbackLoop
internal import MeshModel

extension SelfTestView {
  init(_ test: SelfTest) {
    var running: String?
    var due: String?
    switch test.state {
    case .waiting(let instant): due = instant?.rfc3339
    case .running(let run): running = run.awaited.rawValue
    }
    self.init(
      everySeconds: Double(test.terms.everyMilliseconds) / 1_000, running: running, due: due,
      heldBack: test.obstacle.map { "\($0.reason), since \($0.since.rfc3339)" },
      last: test.last.map { Run($0) }, lastPassed: test.lastPassedAt?.rfc3339,
      lastPassedMicroseconds: test.lastPassedAt?.microseconds)
  }
}

extension SelfTestView.Run {
  fileprivate init(_ result: SelfTestResult) {
    let outcome =
      switch result.outcome {
      case .passed: "passed"
      case .failed: "failed"
      case .brokenOff: "broken-off"
      }
    self.init(
      action: result.action.description, began: result.began.rfc3339,
      seconds: result.ended.milliseconds(since: result.began) / 1_000, outcome: outcome,
      stage: result.deadStage?.rawValue, text: result.text, remedy: result.remedy,
      stages: result.reached.map {
        SelfTestView.Stage(stage: $0.stage.rawValue, seconds: $0.milliseconds / 1_000)
      })
  }
}
