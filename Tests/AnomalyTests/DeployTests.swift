internal import Anomaly
internal import MeshModel
internal import Testing

/// A new release of a workload: it legitimately asks for more, takes longer and answers with more.
struct DeployTests {
  private static let before = [
    Traffic.Call(source: "web", destination: "orders", rate: 8),
    Traffic.Call(source: "reports", destination: "orders", rate: 4),
    Traffic.Call(source: "orders", destination: "users", rate: 6),
  ]

  /// The new `orders`: twice as slow, answers half as large again, asks `users` half as often again.
  private static let after: [Traffic.Call] = {
    var calls = before
    for index in calls.indices { calls[index].milliseconds = 18 }
    for index in 0..<2 { calls[index].responseBytes = 1_600 }
    calls[2].rate = 9
    return calls
  }()

  private static let knownTraffic: Traffic = {
    var traffic = Traffic()
    traffic.run(before, seconds: 3_600)
    return traffic
  }()

  private static func known() -> Traffic { knownTraffic }

  private static func isAction(_ found: Detection) -> Bool { found.reaches(.throttle) }

  @Test("a release that was announced raises no action, neither at once nor once it is learned")
  func announced() {
    var traffic = Self.known()
    traffic.scorer.relearn(identity("orders"), at: Timestamp(seconds: traffic.second))
    let found = traffic.run(Self.after, seconds: 3_600)
    #expect(!found.contains(where: Self.isAction))
  }

  @Test("one that was not announced does")
  func unannounced() {
    var traffic = Self.known()
    #expect(traffic.run(Self.after, seconds: 900).contains(where: Self.isAction))
  }

  @Test("an attack under cover of a release is found, and is not learned")
  func attack() {
    var traffic = Self.known()
    traffic.scorer.relearn(identity("orders"), at: Timestamp(seconds: traffic.second))
    var calls = Self.after
    calls[2].rate = 60
    let found = traffic.run(calls, seconds: 2_400)
    #expect(found.contains { $0.reaches(.throttle) && $0.subject == workload("orders") })
    // Forty minutes of it did not make it usual.
    traffic.run(Self.after, seconds: 400)
    #expect(traffic.run(calls, seconds: 300).contains(where: Self.isAction))
  }

  @Test("who was not released keeps its reference")
  func others() {
    var traffic = Self.known()
    traffic.scorer.relearn(identity("users"), at: Timestamp(seconds: traffic.second))
    var calls = Self.before
    calls[1].rate = 40
    let found = traffic.run(calls, seconds: 120)
    #expect(found.contains { $0.reaches(.throttle) && $0.subject == workload("reports") })
  }
}
