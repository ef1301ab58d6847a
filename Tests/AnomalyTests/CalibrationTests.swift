@testable internal import Anomaly
internal import MeshModel
internal import Testing

struct CalibrationTests {
  private static let shop = ["frontend", "orders", "reports"].map {
    Traffic.Call(source: $0, destination: "payments")
  }

  private static let known: Traffic = {
    var traffic = Traffic()
    traffic.run(shop, seconds: 40 * 60)
    return traffic
  }()

  @Test("the tail of a Poisson distribution is exact")
  func tail() {
    for (count, mean, expected) in [
      (1, 0.000_8, 7.996_8e-4), (3, 1, 0.080_301_4), (10, 2, 4.649_81e-5),
      (130, 100, 2.282_2e-3), (20_500, 20_000, 2.168_98e-4),
    ] as [(UInt64, Double, Double)] {
      let tail = PoissonTail.probability(ofAtLeast: count, mean: mean)
      #expect(abs(tail / expected - 1) < 1e-3, "\(count) of \(mean): \(tail)")
    }
    #expect(PoissonTail.probability(ofAtLeast: 3, mean: 5) == 1)
    #expect(PoissonTail.probability(ofAtLeast: 1, mean: 0) == 0)
  }

  @Test("seconds are counted for entities with a reference, and only where there were requests")
  func seconds() {
    var cold = Traffic()
    cold.run(Self.shop, seconds: 600)
    for kind in Calibration.EntityClass.allCases {
      #expect(cold.scorer.calibration.testedSeconds(of: kind) == 0)
    }
    var traffic = Self.known
    let before = traffic.scorer.calibration
    traffic.run([], seconds: 100)
    traffic.run(Self.shop, seconds: 50)
    // Three callers, each as both sides report it; nearly every second has requests.
    for kind in [Calibration.EntityClass.caller, .call, .route] {
      let more = traffic.scorer.calibration.testedSeconds(of: kind) - before.testedSeconds(of: kind)
      #expect(more == 3 * 2 * 50, "\(kind): \(more)")
    }
    #expect(traffic.scorer.calibration.testedSeconds(of: .client) == 0)
  }

  @Test("an attack is one alarm at each level, however long it lasts, and breaks the bound")
  func attack() {
    var traffic = Self.known
    let before = traffic.scorer.calibration
    for kind in Calibration.EntityClass.allCases { #expect(before.brokenLevels(of: kind).isEmpty) }
    var calls = Self.shop
    calls[2].failing = 1
    traffic.run(calls, seconds: 120)
    let during = traffic.scorer.calibration
    traffic.run(calls, seconds: 120)
    let after = traffic.scorer.calibration
    for level in AlarmLevel.allCases {
      // Refusals alone are one family, which does not quarantine.
      let expected: UInt64 = level == .quarantine ? 0 : 2
      #expect(during.alarms(of: .call, at: level) == expected, "\(level)")
      #expect(after.alarms(of: .call, at: level) == expected)
      #expect(after.alarms(of: .client, at: level) == 0)
    }
    #expect(after.brokenLevels(of: .call) == [.throttle])
    #expect(after.brokenLevels(of: .client).isEmpty)
  }

  @Test("a new incident counts again")
  func again() {
    var traffic = Self.known
    var calls = Self.shop
    calls[2].failing = 1
    for incident: UInt64 in 1...2 {
      traffic.run(calls, seconds: 60)
      #expect(traffic.scorer.calibration.alarms(of: .call, at: .throttle) == 2 * incident)
      traffic.scorer.spend(workload("reports"), before: Timestamp(seconds: traffic.second))
    }
  }

  @Test("a client's seconds are a class of their own")
  func clients() throws {
    var traffic = Traffic()
    let client = Subject.client(try #require(IPPrefix("203.0.113.7")), at: identity("ingress"))
    for second in 0..<Int64(40 * 60) {
      var batch = ObservationBatch(
        reporter: ProxyID(principal: identity("ingress"), node: "i"), vantage: .gateway)
      batch.append(
        at: Timestamp(seconds: traffic.second + second), client: client,
        to: .workload(identity("web")), path: "/", .answered(status: 200))
      _ = traffic.scorer.score(batch)
    }
    #expect(traffic.scorer.calibration.testedSeconds(of: .client) > 0)
    #expect(traffic.scorer.calibration.testedSeconds(of: .caller) == 0)
    #expect(traffic.scorer.calibration.testedSeconds(of: .call) == 0)
  }

  @Test("as many alarms as the bound allows do not break it, several times as many do")
  func bound() {
    var calibration = Calibration()
    for _ in 0..<50_000 { calibration.countSecond(of: .route) }
    // Fifty are promised.
    for _ in 0..<100 { calibration.countAlarm(of: .route, at: .observe) }
    #expect(calibration.brokenLevels(of: .route).isEmpty)
    for _ in 0..<50 { calibration.countAlarm(of: .route, at: .observe) }
    #expect(calibration.brokenLevels(of: .route) == [.observe])
    #expect((calibration + calibration).alarms(of: .route, at: .observe) == 300)
    #expect((calibration + Calibration()).testedSeconds(of: .route) == 50_000)
  }
}
