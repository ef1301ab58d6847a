internal import FeedbackLoop
internal import MeshModel

/// How the loop's tests of itself stand. Times are RFC 3339 in UTC.
package struct SelfTestView: Codable, Sendable {
  package struct Run: Codable, Sendable {
    package var action: String
    package var began: String
    package var seconds: Double
    /// passed, failed or broken-off.
    package var outcome: String
    /// Where it failed.
    package var stage: String?
    package var text: String
    /// What to do; nil where nothing is to be done.
    package var remedy: String?
    package var stages: [Stage]
  }

  package struct Stage: Codable, Sendable {
    package var stage: String
    package var seconds: Double
  }

  package var everySeconds: Double
  /// The stage that is awaited; nil while no test runs.
  package var running: String?
  package var due: String?
  /// What holds a due test back.
  package var heldBack: String?
  package var last: Run?
  package var lastPassed: String?
  /// The same in microseconds since 1970.
  package var lastPassedMicroseconds: Int64?

  init(_ test: SelfTest) {
    everySeconds = Double(test.terms.everyMilliseconds) / 1_000
    switch test.state {
    case .waiting(let instant): due = instant?.rfc3339
    case .running(let run): running = run.awaited.rawValue
    }
    heldBack = test.obstacle.map { "\($0.reason), since \($0.since.rfc3339)" }
    last = test.last.map { Run($0) }
    lastPassed = test.lastPassedAt?.rfc3339
    lastPassedMicroseconds = test.lastPassedAt?.microseconds
  }
}

extension SelfTestView.Run {
  init(_ result: SelfTestResult) {
    switch result.outcome {
    case .passed: outcome = "passed"
    case .failed: outcome = "failed"
    case .brokenOff: outcome = "broken-off"
    }
    remedy = result.remedy
    stage = result.deadStage?.rawValue
    action = result.action.description
    began = result.began.rfc3339
    seconds = result.ended.milliseconds(since: result.began) / 1_000
    text = result.text
    stages = result.reached.map {
      SelfTestView.Stage(stage: $0.stage.rawValue, seconds: $0.milliseconds / 1_000)
    }
  }
}
