internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct IndicatorTermsTests {
  /// Whether a policy of this confidence and these terms answers it.
  private static func isAnswered(
    _ confidence: Int, from least: Int, _ terms: IndicatorTerms = IndicatorTerms(),
    kind: MatchedIndicator.Kind = .address
  ) -> Bool {
    var detection = Scenario.detection(detector: .indicator)
    let indicator = MatchedIndicator(
      feed: "cti", id: "1", link: nil, kind: kind, value: "203.0.113.7", confidence: confidence)
    detection.indicator = indicator
    detection.score = indicator.score
    detection.corroborated = indicator.score
    var policy = Scenario.policy()
    policy.matches = [
      ScoreMatch(
        detector: .indicator, above: MatchedIndicator.score(least), indicators: terms)
    ]
    var scenario = Scenario(policy: policy)
    scenario.give(.detected(detection, id: Scenario.id))
    return scenario.action != nil
  }

  @Test("a policy with a confidence alone acts from it on, and not on one less")
  func confidence() {
    #expect(Self.isAnswered(80, from: 80))
    #expect(!Self.isAnswered(79, from: 80))
    for least in 1...100 {
      #expect(Self.isAnswered(least, from: least), "\(least)")
      #expect(!Self.isAnswered(least - 1, from: least), "\(least)")
    }
  }

  @Test("of indicators that are surely enough, those are answered whose feed and kind fit")
  func terms() {
    #expect(Self.isAnswered(90, from: 80, IndicatorTerms(feed: "cti")))
    #expect(!Self.isAnswered(90, from: 80, IndicatorTerms(feed: "other")))
    #expect(!Self.isAnswered(90, from: 80, IndicatorTerms(kind: .domain)))
    #expect(!Self.isAnswered(90, from: 80, kind: .agent), "an agent only where it is named")
    #expect(Self.isAnswered(90, from: 80, IndicatorTerms(kind: .agent), kind: .agent))
  }
}
