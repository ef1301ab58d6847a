internal import MeshModel
internal import RuleScoring
internal import Testing

struct CrowdedSubjectTests {
  @Test("a subject with very many matches of little weight still shows a grave one")
  func graveAmongMany() throws {
    let noise = (0..<80).map { number in
      """
      title: Noise \(number)
      name: noise-\(number)
      level: low
      logsource: {category: webserver}
      detection: {selection: {cs-uri-query|contains: noise}, condition: selection}
      """
    }
    let grave = Requests.traversal
    let scorer = try Requests.scorer((noise + [grave]).joined(separator: "\n---\n"))
    let batch = try Requests.batch("/noise/../", from: "reports", to: "users", at: 100)
    let detections = scorer.findings(in: batch).detections
    #expect(detections.contains { $0.rule?.name == "traversal" })
    #expect(
      scorer.score(of: try Requests.subject("reports"), at: Timestamp(seconds: 101))
        == SigmaLevel.high.score)
  }

  @Test("what is cut off fails its callers, which tells nothing of them")
  func callers() throws {
    let scorer = try Requests.scorer(
      Requests.traversal.replacing("cs-uri-query|contains: '../'", with: "sc-status: 403"))
    let quarantined = try Requests.subject("users")
    scorer.watch(Watch(followed: [quarantined], denied: [quarantined]))
    let refused = try Requests.batch("/", from: "reports", to: "users", status: 403, at: 100)
    #expect(scorer.findings(in: refused).detections.isEmpty)
    let other = try Requests.batch("/", from: "reports", to: "payments", status: 403, at: 100)
    #expect(!scorer.findings(in: other).detections.isEmpty)
  }
}
