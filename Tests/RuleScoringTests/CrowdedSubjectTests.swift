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

  @Test(
    "a request that matches very many rules is reported for the gravest, and says how many more")
  func manyMatches() throws {
    let noise = (0..<100).map { number in
      """
      title: Noise \(number)
      name: noise-\(number)
      level: \(number == 99 ? "critical" : number % 2 == 0 ? "low" : "medium")
      logsource: {category: webserver}
      detection: {selection: {cs-uri-query|contains: noise}, condition: selection}
      """
    }
    let scorer = try Requests.scorer(noise.joined(separator: "\n---\n"))
    let batch = try Requests.batch("/noise", from: "reports", to: "users", at: 100)
    let detections = scorer.findings(in: batch).detections
    let names = detections.compactMap { $0.rule?.name }
    // The critical one, all 49 of level medium, then the first 14 of level low.
    let expected =
      [99] + stride(from: 1, to: 98, by: 2) + stride(from: 0, to: 28, by: 2)
    #expect(names == expected.map { "noise-\($0)" })
    #expect(detections.first?.rule?.matched == "GET /noise (36 more rules match)")
    #expect(scorer.losses.unreportedMatches == 36)
    #expect(scorer.statistics.allSatisfy { $0.matches == 1 })
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
