@testable internal import Anomaly
internal import MeshModel
internal import Testing

struct BeaconingTests {
  /// A shop whose callers have a reference; reports calls payments like a clock since ever.
  private static let known: Traffic = {
    var traffic = Traffic()
    traffic.scorer.thresholds = [.beaconing: 0.999]
    let calls = ["frontend", "orders"].map { Traffic.Call(source: $0, destination: "payments") }
    for _ in 0..<(40 * 4) {
      traffic.run(calls, seconds: 15)
      traffic.call("reports", "payments")
      traffic.call("reports", "users")
    }
    return traffic
  }()

  private static func beats(
    _ source: String, _ destination: String, every period: Int64 = 60, count: Int = 12,
    sides: [Vantage] = [.source, .destination], in traffic: inout Traffic
  ) -> [Detection] {
    var found: [Detection] = []
    for beat in 0..<Int64(count) {
      found += traffic.call(
        source, destination, at: traffic.second + beat * period, sides: sides)
    }
    return found
  }

  @Test("a workload that calls a new destination like a clock is found, and both sides saw it")
  func beacon() throws {
    var traffic = Self.known
    let start = traffic.second
    let found = Self.beats("frontend", "users", in: &traffic)
    let last = try #require(found.last)
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.detector == .beaconing && $0.subject == workload("frontend") })
    #expect(last.corroborated >= 0.999 && last.corroborated <= last.score)
    #expect(last.witnesses == [identity("frontend"), identity("users")])
    #expect(last.intervalSeconds == 60)
    #expect(last.destinations == [.workload(identity("users"))])
    #expect(last.at.second <= start + 8 * 60)
  }

  @Test("it is said once an hour")
  func repetition() {
    var traffic = Self.known
    #expect(Self.beats("frontend", "users", count: 65, in: &traffic).count == 2)
    #expect(Self.beats("frontend", "mail", count: 75, in: &traffic).count == 4)
  }

  @Test(
    "what one side alone reports is not corroborated", arguments: [Vantage.source, .destination])
  func oneSide(side: Vantage) {
    var traffic = Self.known
    let found = Self.beats("frontend", "users", sides: [side], in: &traffic)
    #expect(found.count == 1)
    #expect(found.allSatisfy { $0.corroborated == 0 && $0.witnesses.count == 1 })
  }

  @Test("two sides corroborate no more than the one that saw less")
  func halfSeen() throws {
    var traffic = Self.known
    var found: [Detection] = []
    for beat in 0..<Int64(12) {
      let at = traffic.second + beat * 60
      found += traffic.call("frontend", "users", at: at, sides: [.source])
      // To the destination it looks like chance.
      if ![2, 3, 5].contains(beat) {
        found += traffic.call("frontend", "users", at: at, sides: [.destination])
      }
    }
    let first = try #require(found.first)
    #expect(first.score >= 0.999 && first.corroborated < 0.9)
  }

  @Test("whoever called like a clock before goes on, for days")
  func knownCaller() {
    var traffic = Self.known
    #expect(Self.beats("reports", "payments", count: 3 * 24 * 60, in: &traffic).isEmpty)
  }

  @Test("a caller without a reference is not followed")
  func coldCaller() {
    var traffic = Self.known
    #expect(Self.beats("newcomer", "payments", count: 40, in: &traffic).isEmpty)
    #expect(traffic.scorer.newCalls.count == 0)
  }

  @Test("a client of a gateway is not followed")
  func clients() throws {
    var traffic = Self.known
    let client = Subject.client(try #require(IPPrefix("203.0.113.7")), at: identity("ingress"))
    for beat in 0..<Int64(3_000) {
      var batch = ObservationBatch(
        reporter: ProxyID(principal: identity("ingress"), node: "i"), vantage: .gateway)
      batch.append(
        at: Timestamp(seconds: traffic.second + beat * 10), client: client,
        to: .workload(identity(beat < 2_000 ? "frontend" : "users")), path: "/",
        .answered(status: 200))
      #expect(traffic.scorer.score(batch).isEmpty)
    }
    #expect(traffic.scorer.newCalls.count == 0)
  }

  @Test("requests that we stopped do not count")
  func ownEffects() {
    var traffic = Self.known
    for outcome in [Outcome.denied(by: ActionID(number: 1)), .limited] {
      for beat in 0..<Int64(40) {
        let found = traffic.call(
          "frontend", "users", at: traffic.second + beat * 60, outcome: outcome)
        #expect(found.isEmpty)
      }
    }
  }

  @Test("it adds nothing to the score that an action is held by")
  func noScore() {
    var traffic = Self.known
    let found = Self.beats("frontend", "users", in: &traffic)
    #expect(!found.isEmpty)
    let end = Timestamp(seconds: traffic.second + 12 * 60)
    #expect(traffic.scorer.score(of: workload("frontend"), at: end) == 0)
  }

  @Test("calls of people and of busy services are silent")
  func people() {
    var traffic = Self.known
    var random = SeededRandom(seed: 11)
    var seconds = Array(repeating: traffic.second, count: 60)
    for _ in 0..<100 {
      for place in seconds.indices {
        // In bursts, with long breaks.
        seconds[place] += Int64.random(
          in: 1...(Bool.random(using: &random) ? 6 : 600), using: &random)
        #expect(traffic.call("orders", "new\(place)", at: seconds[place]).isEmpty)
      }
    }
    #expect(traffic.scorer.newCalls.count == 120)
  }

  @Test("late and repeated entries change nothing")
  func reordered() throws {
    func found(_ order: [Int64]) -> Detection? {
      var traffic = Self.known
      var found: [Detection] = []
      for beat in 0..<Int64(12) {
        for late in order {
          found += traffic.call("frontend", "users", at: traffic.second + beat * 60 + late)
        }
      }
      return found.first
    }
    // One request every second for four seconds is one beat.
    let ordered = try #require(found([0, 1, 2, 3]))
    let other = try #require(found([3, 0, 3, 1, 2, 0]))
    #expect(other.score == ordered.score && other.total == ordered.total)
  }

  @Test("a call that cannot be remembered as known is not taken for new each time")
  func unremembered() {
    var traffic = Self.known
    for number in 0..<ScoringBounds.contactsPerReporter {
      _ = traffic.call("orders", "d\(number)", sides: [.source])
    }
    let before = traffic.scorer.newCalls.count
    #expect(Self.beats("orders", "late", count: 40, sides: [.source], in: &traffic).isEmpty)
    #expect(traffic.scorer.newCalls.count == before)
  }

  @Test("one reporter that invents 100,000 calls fills its own share, and pushes out no other's")
  func memory() {
    var traffic = Self.known
    #expect(Self.beats("frontend", "users", count: 5, in: &traffic).isEmpty)
    let start = traffic.second
    for number in 0..<100_000 {
      _ = traffic.call("orders", "d\(number)", at: start + 300, sides: [.source])
    }
    #expect(traffic.scorer.newCalls.count <= ScoringBounds.newCallsPerReporter + 2)
    var found: [Detection] = []
    for beat in 5..<Int64(12) {
      found += traffic.call("frontend", "users", at: start + beat * 60)
    }
    #expect(found.count == 2)
  }

  @Test("a shard's calls are bounded, and those with evidence stay longest")
  func manyReporters() {
    var traffic = Self.known
    #expect(Self.beats("frontend", "users", count: 10, in: &traffic).count == 2)
    var calls = traffic.scorer.newCalls
    for number in 0..<20_000 {
      var batch = ObservationBatch(
        reporter: ProxyID(principal: identity("r\(number / 200)"), node: "n"), vantage: .source)
      batch.append(
        at: Timestamp(seconds: traffic.second), peer: .workload(identity("d")), path: "/",
        .answered(status: 200))
      calls.begin(UInt64(number) << 32 | 7, batch.observations[0], in: batch)
      #expect(calls.count <= ScoringBounds.newCalls)
    }
    #expect(calls.count > ScoringBounds.newCalls / 2)
    #expect(calls.evidence.filter { $0 >= 1e3 }.count == 2)
  }
}

extension Traffic {
  /// One request, as the sides report it.
  @discardableResult
  mutating func call(
    _ source: String, _ destination: String, at second: Int64? = nil,
    sides: [Vantage] = [.source, .destination], outcome: Outcome = .answered(status: 200)
  ) -> [Detection] {
    sides.flatMap { vantage in
      let (own, peer) = vantage == .source ? (source, destination) : (destination, source)
      var batch = ObservationBatch(
        reporter: ProxyID(principal: identity(own), node: own), vantage: vantage)
      batch.append(
        at: Timestamp(seconds: second ?? self.second), peer: .workload(identity(peer)),
        path: "/beat", outcome)
      return scorer.score(batch)
    }
  }
}
