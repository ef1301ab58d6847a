internal import MeshModel
internal import RuleScoring
internal import Testing

struct RuleScorerTests {
  @Test("a match names the rule, its author and licence, and the request")
  func evidence() throws {
    let scorer = try Requests.scorer(Requests.traversal)
    let batch = try Requests.batch("/a/../../etc/passwd", from: "reports", to: "users", at: 100)
    let detection = try #require(scorer.findings(in: batch).detections.first)
    #expect(detection.subject == (try Requests.subject("reports")))
    #expect(detection.detector == .rule)
    #expect(detection.score == SigmaLevel.high.score)
    #expect(detection.rule?.title == "Path traversal")
    #expect(detection.rule?.author == "A. Author")
    #expect(detection.rule?.license == "MIT")
    #expect(detection.rule?.matched == "GET /a/../../etc/passwd")
    #expect(detection.destinations == [.workload(try Requests.identity("users"))])
  }

  @Test("what one service says is not corroborated; a second service makes it so at once")
  func twoServices() throws {
    let scorer = try Requests.scorer(Requests.traversal)
    let first = scorer.findings(
      in: try Requests.batch("/../", from: "reports", to: "users", at: 100))
    #expect(first.detections.map(\.corroborated) == [0])
    let second = scorer.findings(
      in: try Requests.batch("/../", from: "reports", to: "payments", at: 100.1))
    #expect(second.detections.map(\.corroborated) == [SigmaLevel.high.score])
    #expect(second.detections.first?.witnesses.count == 2)
  }

  @Test("the caller's own sidecar corroborates what a service saw, and never begins")
  func ownSidecar() throws {
    let scorer = try Requests.scorer(Requests.traversal)
    let own = try Requests.batch("/../", from: "reports", to: "users", outbound: true, at: 100)
    #expect(scorer.findings(in: own).detections.isEmpty)
    _ = scorer.findings(in: try Requests.batch("/../", from: "reports", to: "users", at: 100))
    let detections = scorer.findings(in: own).detections
    #expect(detections.map(\.corroborated) == [SigmaLevel.high.score])
  }

  @Test("a rule for what is sent is corroborated by who was called")
  func outboundRule() throws {
    let scorer = try Requests.scorer(Requests.secretsSent)
    let sent = try Requests.batch(
      "/up?secret=1", from: "reports", to: "users", outbound: true, at: 100)
    #expect(scorer.findings(in: sent).detections.map(\.corroborated) == [0])
    let received = try Requests.batch("/up?secret=1", from: "reports", to: "users", at: 100)
    #expect(
      scorer.findings(in: received).detections.map(\.corroborated) == [SigmaLevel.critical.score])
  }

  @Test("what a gateway passes on is its clients', not its own")
  func gateway() throws {
    let scorer = try Requests.scorer(Requests.traversal)
    let passed = try Requests.batch("/../", from: "gateway", to: "web", at: 100)
    #expect(scorer.findings(in: passed).detections.isEmpty)
    let client = try Requests.client(["/../"], "192.0.2.7", at: 100)
    #expect(scorer.findings(in: client).detections.first?.subject.isClient == true)
  }

  @Test("a subject that goes on is reported once a second")
  func repeats() throws {
    let scorer = try Requests.scorer(Requests.traversal)
    var reported = 0
    for round in 0..<50 {
      let batch = try Requests.batch(
        "/../", from: "reports", to: "users", at: 100 + Double(round) * 0.1)
      reported += scorer.findings(in: batch).detections.count
    }
    #expect(reported == 5)
    #expect(scorer.statistics[0].matches == 50)
  }

  @Test("what Flyball refused on the way is no evidence of its own")
  func ownEffects() throws {
    let subject = try Requests.subject("reports")
    let scorer = try Requests.scorer(Requests.secretsSent)
    scorer.watch(Watch(followed: [subject], denied: [subject]))
    let refused = try Requests.batch(
      "/?secret", from: "reports", to: "users", outbound: true, status: 403, at: 100)
    #expect(scorer.findings(in: refused).detections.isEmpty)
    let served = try Requests.batch(
      "/?secret", from: "reports", to: "users", outbound: true, at: 100)
    #expect(!scorer.findings(in: served).detections.isEmpty)
  }

  @Test("the score is the gravest level of the last minute, until it is spent")
  func score() throws {
    let subject = try Requests.subject("reports")
    let scorer = try Requests.scorer(Requests.traversal)
    _ = scorer.findings(in: try Requests.batch("/../", from: "reports", to: "users", at: 100))
    #expect(scorer.score(of: subject, at: Timestamp(seconds: 159)) == SigmaLevel.high.score)
    #expect(scorer.score(of: subject, at: Timestamp(seconds: 161)) == 0)
    scorer.watch(Watch(followed: [subject], denied: [subject]))
    scorer.spend(subject, before: Timestamp(seconds: 101))
    #expect(scorer.score(of: subject, at: Timestamp(seconds: 102)) == 0)
    // An entry of before may come late.
    let late = try Requests.batch("/../", from: "reports", to: "payments", at: 100.5)
    #expect(scorer.findings(in: late).detections.isEmpty)
  }

  @Test("many subjects leave the newest in memory")
  func bounded() throws {
    let scorer = try Requests.scorer(Requests.traversal)
    for block in 0..<160 {
      let requests = (0..<250).map { ("/../", "10.0.\(block).\($0)") }
      _ = scorer.findings(in: try Requests.clients(requests, at: 100))
    }
    #expect(scorer.subjectCount <= 32_768)
    let last = Subject.client(
      try #require(IPPrefix("10.0.159.249/32")), at: try Requests.identity("gateway"))
    #expect(scorer.score(of: last, at: Timestamp(seconds: 101)) > 0)
  }
}
