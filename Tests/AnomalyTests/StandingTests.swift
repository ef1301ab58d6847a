internal import Anomaly
internal import MeshModel
internal import Testing

/// What a shard tells whoever looks.
struct StandingTests {
  private static let calls = [
    Traffic.Call(source: "web", destination: "orders", rate: 6),
    Traffic.Call(source: "orders", destination: "users", rate: 4),
  ]

  private static func standings(_ traffic: Traffic) -> [Subject: SubjectStanding] {
    let index = traffic.scorer.index(limit: 100)
    let found = traffic.scorer.standings(
      0..<index.subjects.count, of: index, at: Timestamp(seconds: traffic.second))
    return Dictionary(uniqueKeysWithValues: found.map { ($0.subject, $0) })
  }

  private static func told(_ traffic: Traffic) -> [String: CallStanding] {
    let index = traffic.scorer.index(limit: 100)
    let found = traffic.scorer.calls(
      0..<index.calls.count, of: index, at: Timestamp(seconds: traffic.second - 1))
    return Dictionary(
      uniqueKeysWithValues: found.map { ("\($0.caller.name) \($0.destination.name)", $0) })
  }

  @Test("a caller that does nothing wrong is told of, with what is learned of it and no score")
  func innocent() throws {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 600)
    let web = try #require(Self.standings(traffic)[workload("web")])
    #expect(web.score == 0)
    let warmUp = try #require(web.warmUp)
    #expect(warmUp.isCold)
    #expect((5...10).contains(warmUp.minutes))
    #expect(warmUp.requests > 1_000)
  }

  @Test("the score that is told is the one that decides, and comes with what contributes to it")
  func anomaly() throws {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 4 * 3_600)
    var burst = Self.calls[0]
    burst.rate = 300
    traffic.run([burst], seconds: 30)
    let web = try #require(Self.standings(traffic)[workload("web")])
    #expect(
      web.levels[.anomaly]
        == traffic.scorer.score(of: workload("web"), at: Timestamp(seconds: traffic.second)))
    #expect(web.score > 0.99)
    #expect(web.evidence.contains { $0.feature == .rate || $0.feature == .surge })
    #expect(web.warmUp?.isCold == false)
  }

  @Test("a guard's level is told apart from the anomaly's")
  func guardLevel() throws {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 60)
    for path in 0..<6 {
      var scan = Traffic.Call(source: "web", destination: "users", rate: 1)
      scan.path = "/admin-\(path)x"
      scan.failing = 1
      scan.failure = .answered(status: 403)
      traffic.run([scan], seconds: 2)
    }
    let web = try #require(Self.standings(traffic)[workload("web")])
    #expect(web.levels[.lateralMovement] ?? 0 > 0.9)
    #expect(web.levels[.lateralMovement] != web.levels[.anomaly])
  }

  @Test("calls are told with their requests and failures, by the caller's word")
  func calls() throws {
    var traffic = Traffic()
    var failing = Self.calls[1]
    failing.failing = 0.5
    failing.failure = .answered(status: 503)
    traffic.run([Self.calls[0], failing], seconds: 60)
    let told = Self.told(traffic)
    #expect(told.keys.sorted() == ["orders users", "web orders"])
    let (web, orders) = (try #require(told["web orders"]), try #require(told["orders users"]))
    #expect((300...420).contains(web.requests.total))
    #expect(web.requests.failed == 0)
    #expect((0.4...0.6).contains(orders.requests.failedShare))
  }

  @Test("what our actions stop is told, at the caller as sent and at the called side as part of it")
  func denied() throws {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 60)
    let before = try #require(Self.told(traffic)["web orders"])
    #expect(before.sent == before.requests.total)
    var stopped = Self.calls[0]
    stopped.failing = 1
    stopped.failure = .denied(by: ActionID(number: 1))
    stopped.sides = [.source]
    traffic.run([stopped], seconds: 10)
    let atCaller = try #require(Self.told(traffic)["web orders"])
    #expect(atCaller.denied.total > 30)
    #expect(atCaller.denied.failed == atCaller.denied.total)
    #expect(atCaller.requests.total == before.requests.total)
    #expect(atCaller.sent == before.sent + atCaller.denied.total)
    stopped.sides = [.destination]
    traffic.run([stopped], seconds: 10)
    let both = try #require(Self.told(traffic)["web orders"])
    #expect(both.denied.total > atCaller.denied.total + 30)
    #expect(both.denied.failed == atCaller.denied.failed)
    #expect(both.sent == atCaller.sent)
  }

  @Test("old calls and old denials are told no more")
  func old() {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 60)
    traffic.run([Self.calls[0]], seconds: 600)
    #expect(Self.told(traffic).keys.sorted() == ["web orders"])
  }

  @Test("what a slice names may be gone by then")
  func gone() {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 60)
    let index = traffic.scorer.index(limit: 100)
    let blank = traffic.scorer.blank
    let now = Timestamp(seconds: traffic.second)
    #expect(blank.calls(0..<index.calls.count, of: index, at: now).isEmpty)
    #expect(
      blank.standings(0..<index.subjects.count, of: index, at: now).allSatisfy {
        $0.score == 0 && $0.warmUp == nil
      })
  }
}
