internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct RuleTermsTests {
  private static func detection(_ level: SigmaLevel, tags: [String] = []) -> Detection {
    var detection = Scenario.detection(detector: .rule)
    detection.score = level.score
    detection.corroborated = level.score
    detection.rule = MatchedRule(
      id: "1", name: "login", title: "Login", author: "A. Author", license: nil, references: [],
      level: level, tags: tags, matched: "POST /login")
    return detection
  }

  private static func scenario(_ above: SigmaLevel, _ terms: RuleTerms) -> Scenario {
    var policy = Scenario.policy()
    policy.matches = [ScoreMatch(detector: .rule, above: above.score, rules: terms)]
    return Scenario(policy: policy)
  }

  @Test(
    "a rule is answered when its level, tag and name all fit",
    arguments: [
      (RuleTerms(tag: "attack.t1110"), ["attack.t1110"], SigmaLevel.high, true),
      (RuleTerms(tag: "attack.t1110"), ["attack.t1110.001"], .high, true),
      (RuleTerms(tag: "attack.t1110"), ["attack.t11101"], .high, false),
      (RuleTerms(tag: "attack.t1110"), [], .high, false),
      (RuleTerms(tag: "attack.t1110"), ["attack.t1110"], .medium, false),
      (RuleTerms(rule: "login"), [], .critical, true),
      (RuleTerms(rule: "1"), [], .high, true),
      (RuleTerms(rule: "logout"), [], .high, false),
      (RuleTerms(tag: "attack.t1", rule: "login"), ["attack.t2"], .high, false),
    ])
  func terms(terms: RuleTerms, tags: [String], level: SigmaLevel, isAnswered: Bool) {
    var scenario = Self.scenario(.high, terms)
    scenario.give(.detected(Self.detection(level, tags: tags), id: Scenario.id))
    #expect((scenario.action != nil) == isAnswered)
  }

  @Test("a rule that two saw quarantines, and the history names it with its author")
  func reason() {
    var scenario = Self.scenario(.high, RuleTerms())
    scenario.give(.detected(Self.detection(.high), id: Scenario.id))
    #expect(scenario.action?.stage == .quarantine)
    guard case .record(let entry)? = scenario.effects.first else {
      Issue.record("nothing recorded")
      return
    }
    #expect(
      entry.detail.hasPrefix(
        "quarantine: rule 'Login' (high, by A. Author) matched 5 requests at payments"))
  }

  @Test("a rule that one saw quarantines nobody")
  func oneWitness() {
    var scenario = Self.scenario(.high, RuleTerms())
    var detection = Self.detection(.critical)
    detection.witnesses = [Scenario.identity("payments")]
    detection.corroborated = 0
    scenario.give(.detected(detection, id: Scenario.id))
    scenario.wait(milliseconds: 150)
    #expect(scenario.action?.stage.name == "throttle")
  }

  @Test(
    "what the innocent have too is answered only where it is named",
    arguments: MatchedIndicator.Kind.allCases)
  func sharedIndicators(kind: MatchedIndicator.Kind) {
    func isAnswered(_ terms: IndicatorTerms) -> Bool {
      var policy = Scenario.policy()
      policy.matches = [ScoreMatch(detector: .indicator, above: 0.8, indicators: terms)]
      var scenario = Scenario(policy: policy)
      var detection = Scenario.detection(detector: .indicator)
      detection.indicator = MatchedIndicator(
        feed: "feed", id: "1", link: nil, kind: kind, value: "value", confidence: 90)
      scenario.give(.detected(detection, id: Scenario.id))
      return scenario.action != nil
    }
    let isShared = kind == .agent || kind == .fingerprint
    #expect(isAnswered(IndicatorTerms()) == !isShared)
    #expect(isAnswered(IndicatorTerms(feed: "feed", kind: kind)))
    #expect(!isAnswered(IndicatorTerms(feed: "other", kind: kind)))
  }
}
