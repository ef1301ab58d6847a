internal import MatchingVectorscan
internal import MeshModel
internal import RuleScoring
internal import Sigma
internal import Testing

struct ReloadTests {
  private static let series = """
    title: Refused
    name: refused
    level: informational
    logsource: {category: webserver}
    detection: {selection: {sc-status: 403}, condition: selection}
    ---
    title: Refused again and again
    name: series
    level: high
    correlation:
      type: event_count
      rules: [refused]
      group-by: [caller]
      timespan: 1m
      condition: {gte: 3}
    """
  private static let other = """
    title: Other
    name: other
    level: low
    logsource: {category: webserver}
    detection: {selection: {cs-uri-query|contains: other}, condition: selection}
    """

  private func refused(_ scorer: RuleScorer, at seconds: Double) throws -> [String] {
    let batch = try Requests.batch(
      "/", from: "reports", to: "users", status: 403, at: seconds)
    return scorer.findings(in: batch).detections.compactMap { $0.rule?.name }
  }

  @Test(
    "what is known of rules and correlations that a reload leaves as they are stays",
    arguments: [
      ("moved", "\(other)\n---\n\(series)", true),
      ("other threshold", series.replacing("gte: 3", with: "gte: 4"), false),
      ("other status", series.replacing("403", with: "[403, 405]"), false),
      ("other group", series.replacing("[caller]", with: "[caller, cs-method]"), false),
      ("other name", series.replacing("name: series", with: "name: row"), false),
    ])
  func correlations(what: String, text: String, stays: Bool) throws {
    let before = try Requests.scorer(Self.series)
    for seconds in [100.0, 101] { #expect(try refused(before, at: seconds).isEmpty) }
    let after = try Requests.scorer(text)
    after.keep(from: before)
    #expect(try refused(after, at: 102).isEmpty != stays, "\(what)")
  }

  @Test("scores, counts and spent evidence outlive a reload")
  func scores() throws {
    let subject = try Requests.subject("reports")
    let before = try Requests.scorer(Requests.traversal)
    before.watch(Watch(followed: [subject], denied: [subject]))
    let batch = try Requests.batch("/../", from: "reports", to: "users", at: 100)
    _ = before.findings(in: batch)
    let after = try Requests.scorer("\(Self.other)\n---\n\(Requests.traversal)")
    after.keep(from: before)
    #expect(after.score(of: subject, at: Timestamp(seconds: 101)) == SigmaLevel.high.score)
    #expect(after.statistics.map(\.matches) == [0, 1])
    after.spend(subject, before: Timestamp(seconds: 200))
    let again = try Requests.scorer(Requests.traversal)
    again.keep(from: after)
    let late = try Requests.batch("/../", from: "reports", to: "payments", at: 150)
    #expect(again.findings(in: late).detections.isEmpty)
  }
}
