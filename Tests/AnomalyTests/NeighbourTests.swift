internal import Anomaly
internal import MeshModel
internal import Testing

/// What an action must not harm: who sends how much, and how others fare.
struct NeighbourTests {
  private static let calls = [
    Traffic.Call(source: "web", destination: "orders", rate: 6),
    Traffic.Call(source: "reports", destination: "orders", rate: 2),
    Traffic.Call(source: "orders", destination: "users", rate: 4),
  ]

  private static func failing(_ callers: [String]) -> [Traffic.Call] {
    calls.map { call in
      var call = call
      if callers.contains(call.source) {
        call.failing = 1
        call.failure = .answered(status: 503)
      }
      return call
    }
  }

  private static func compared(at second: Int64, _ traffic: inout Traffic) {
    traffic.scorer.watch(Watch(followed: [workload("orders")], denied: [workload("orders")]))
    traffic.scorer.compare(identity("orders"), since: Timestamp(seconds: second))
  }

  @Test("calls of others to the subject are compared with what they were before, its own are not")
  func compares() throws {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 120)
    Self.compared(at: traffic.second, &traffic)
    traffic.run(Self.failing(["web"]), seconds: 10)
    let neighbours = traffic.scorer.neighbours(of: identity("orders"))
    #expect(neighbours.map(\.caller.name) == ["reports", "web"])
    let web = try #require(neighbours.last)
    #expect(web.before.failed == 0 && web.before.total > 500)
    #expect(web.since.failed == web.since.total && web.since.total > 30)
    #expect(neighbours[0].since.failed == 0 && neighbours[0].since.total > 5)
  }

  @Test("requests from before the action do not count as since it, however late they are told")
  func late() throws {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 120)
    Self.compared(at: traffic.second + 60, &traffic)
    traffic.run(Self.failing(["web"]), seconds: 30)
    #expect(traffic.scorer.neighbours(of: identity("orders")).isEmpty)
  }

  @Test("a lesser stage is compared anew, with what was before the first")
  func again() throws {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 120)
    Self.compared(at: traffic.second, &traffic)
    traffic.run(Self.failing(["web"]), seconds: 10)
    Self.compared(at: traffic.second, &traffic)
    traffic.run(Self.calls, seconds: 10)
    let web = try #require(traffic.scorer.neighbours(of: identity("orders")).last)
    #expect(web.before.failed == 0)
    #expect(web.since.failed == 0 && web.since.total > 30)
  }

  @Test("the subject cannot speak for others, and what it reports of itself shows no harm")
  func ownWord() {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 120)
    Self.compared(at: traffic.second, &traffic)
    traffic.run(Self.failing(["orders"]), seconds: 10)
    #expect(!traffic.scorer.neighbours(of: identity("orders")).contains { $0.since.failed > 0 })
  }

  @Test("when nothing is in force any more, nothing is compared")
  func ended() {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 120)
    Self.compared(at: traffic.second, &traffic)
    traffic.scorer.watch(Watch())
    traffic.run(Self.calls, seconds: 10)
    #expect(traffic.scorer.neighbours(of: identity("orders")).isEmpty)
  }

  @Test("a detection says what share of the mesh's requests its subject sent before, not since")
  func share() throws {
    var traffic = Traffic()
    traffic.run(Self.calls, seconds: 300)
    var scan = Traffic.Call(source: "reports", destination: "users", rate: 100)
    scan.failing = 1
    scan.failure = .answered(status: 404)
    var found: [Detection] = []
    for index in 0..<10 {
      scan.path = "/guess/\(index)"
      found += traffic.run([scan], seconds: 1)
    }
    let detection = try #require(found.first { $0.detector == .lateralMovement })
    let share = try #require(detection.trafficShare)
    #expect((0.12...0.22).contains(share))
  }
}
