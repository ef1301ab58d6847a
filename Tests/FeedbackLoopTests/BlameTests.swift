internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// Detectors that blame nobody are only observed, whatever a policy asks for.
struct BlameTests {
  private static let observers = Detector.allCases.filter { !$0.blames }

  private func scenario(
    _ mode: ResponsePolicy.Mode, _ detector: Detector, approval: PolicyStep.Approval? = nil
  ) -> Scenario {
    var policy = Scenario.policy(
      mode: mode,
      steps: [
        PolicyStep(
          stage: .quarantine, approval: approval,
          withoutWitness: .throttle(Rate(perSecond: 5, burst: 5)))
      ])
    policy.matches = [
      ScoreMatch(detector: detector, above: 0.9),
      ScoreMatch(detector: .lateralMovement, above: 0.9),
    ]
    return Scenario(policy: policy)
  }

  @Test(
    "no mode lets a detector that blames nobody act, corroborated or not",
    arguments: observers, ResponsePolicy.Mode.allCases)
  func neverActs(detector: Detector, mode: ResponsePolicy.Mode) {
    for corroborated in [0, 0.9999] {
      var scenario = scenario(
        mode, detector, approval: .init(expiresSeconds: 600, unlessConfidence: 0.5))
      let detection = Scenario.detection(corroborated: corroborated, detector: detector)
      scenario.give(.detected(detection, id: Scenario.id))
      scenario.wait(milliseconds: 1_000)
      #expect(!scenario.effects.contains { $0.isIntent || $0.isEnforce })
      let refusal: Refusal = mode == .observe ? .observeOnly : .blamesNobody(detector)
      guard case .closed(.refused(refusal), _)? = scenario.action?.state else {
        Issue.record("\(scenario.stateName)")
        continue
      }
    }
  }

  @Test(
    "it neither steps up an open action nor starts one that waits for approval",
    arguments: observers)
  func neverEscalates(detector: Detector) {
    var throttled = scenario(.enforce, detector)
    throttled.detect(corroborated: 0)
    throttled.wait(milliseconds: 150)
    throttled.record()
    #expect(throttled.action?.stage.name == "throttle")
    throttled.effects = []
    throttled.give(.detected(Scenario.detection(detector: detector), id: ActionID(number: 2)))
    #expect(throttled.action?.stage.name == "throttle")
    #expect(!throttled.effects.contains { $0.isIntent || $0.isEnforce })

    var waiting = scenario(
      .enforce, detector, approval: .init(expiresSeconds: 600, unlessConfidence: 0.999))
    waiting.detect(corroborated: 0.995)
    #expect(waiting.stateName == "awaiting-approval")
    waiting.effects = []
    waiting.give(
      .detected(
        Scenario.detection(corroborated: 0.9999, detector: detector), id: ActionID(number: 2)))
    #expect(waiting.stateName == "awaiting-approval")
    #expect(!waiting.effects.contains { $0.isIntent || $0.isEnforce })
  }

  @Test("it takes nothing from a detection that waits for its second witness", arguments: observers)
  func displacesNothing(detector: Detector) {
    var scenario = scenario(.enforce, detector)
    scenario.detect(corroborated: 0)
    scenario.give(
      .detected(
        Scenario.detection(corroborated: 0, detector: detector), id: ActionID(number: 2)))
    scenario.wait(milliseconds: 150)
    #expect(scenario.action?.stage.name == "throttle")
    #expect(scenario.action?.detection.detector == .lateralMovement)
  }
}
