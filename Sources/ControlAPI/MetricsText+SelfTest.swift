internal import FeedbackLoop
internal import MeshModel

extension MetricsText {
  /// What the loop's tests of itself told.
  mutating func add(_ test: SelfTest) {
    add(
      "flyball_self_test_runs_total", "counter", "Tests of the loop by itself, by outcome.",
      [
        (["outcome": "passed"], Double(test.passed)), (["outcome": "failed"], Double(test.failed)),
        (["outcome": "broken_off"], Double(test.brokenOff)),
      ])
    add(
      "flyball_self_test_last_success_timestamp_seconds", "gauge",
      "When the loop last passed its test; 0 for never since the start.",
      Double(test.lastPassedAt?.microseconds ?? 0) / 1_000_000)
    add(
      "flyball_self_test_failed", "gauge", "1 for the stage at which the last test found it dead.",
      SelfTestStage.allCases.map {
        (["stage": $0.rawValue], $0 == test.last?.deadStage ? 1 : 0)
      })
    add(
      "flyball_self_test_stage_seconds", "gauge", "How long a stage took when it was last reached.",
      SelfTestStage.allCases.compactMap { stage in
        test.milliseconds[stage].map { (["stage": stage.rawValue], $0 / 1_000) }
      })
  }
}
