@testable internal import Anomaly
internal import MeshModel
internal import Testing

struct AnomalyDetectionTests {
  private typealias Call = Traffic.Call

  /// Three callers of one destination, for long enough to be known.
  private static let shop = ["frontend", "orders", "reports"].map {
    Call(source: $0, destination: "payments")
  }

  private static func known(_ calls: [Call] = shop, seed: UInt64 = 1) -> Traffic {
    var traffic = Traffic(seed: seed)
    traffic.run(calls, seconds: 40 * 60)
    return traffic
  }

  @Test("hours of steady traffic raise nothing", arguments: 0..<3)
  func calm(seed: UInt64) {
    var traffic = Self.known(seed: seed)
    traffic.run(Self.shop, seconds: 2 * 3600)
    #expect(traffic.detections.isEmpty)
  }

  @Test("a caller whose requests fail to authenticate is found, and only it")
  func authentication() throws {
    var traffic = Self.known()
    var calls = Self.shop
    calls[2].failing = 0.3
    let found = traffic.run(calls, seconds: 60)
    let first = try #require(found.first { $0.reaches(.throttle) })
    #expect(first.subject == workload("reports"))
    #expect(first.evidence?.first?.feature == .authFailures)
    #expect(Set(found.map(\.subject)) == [workload("reports")])
    // How a caller is answered is the destination's word, so it corroborates nothing.
    #expect(found.allSatisfy { $0.corroborated < AlarmLevel.throttle.score })
    #expect(first.destinations == [.workload(identity("payments"))])
  }

  @Test("an outage of the destination blames none of its callers")
  func outage() {
    var traffic = Self.known()
    for failure in [
      Outcome.answered(status: 503), .answered(status: 401), .answered(status: 404), .unreachable,
    ] {
      var calls = Self.shop
      for index in calls.indices {
        calls[index].failing = 0.9
        calls[index].failure = failure
      }
      let found = traffic.run(calls, seconds: 120).filter { $0.reaches(.throttle) }
      #expect(found.isEmpty, "\(failure): \(found.first?.evidence ?? [])")
      traffic.run(Self.shop, seconds: 600)
    }
  }

  @Test("what all callers do or get alike is nobody's attack")
  func common() {
    for (rate, bytes) in [(15.0, UInt32(1_000)), (5, 4_000), (15, 4_000)] {
      var traffic = Self.known()
      var calls = Self.shop
      for index in calls.indices {
        calls[index].rate = rate
        calls[index].responseBytes = bytes
      }
      let found = traffic.run(calls, seconds: 600).filter { $0.reaches(.throttle) }
      #expect(found.isEmpty, "rate \(rate), \(bytes) bytes: \(found.first?.evidence ?? [])")
    }
  }

  @Test("a day that has busy hours and quiet ones raises nothing")
  func day() {
    var traffic = Traffic()
    var calls = Self.shop
    for hour in 0..<14 {
      // Between half and one and a half times the usual.
      let rate = [5, 6.2, 7.1, 7.5, 7.1, 6.2, 5, 3.8, 2.9, 2.5, 2.9, 3.8][hour % 12]
      for index in calls.indices { calls[index].rate = rate }
      traffic.run(calls, seconds: hour == 0 ? 3600 : 1200)
    }
    let found = traffic.detections.filter { $0.reaches(.throttle) }
    #expect(found.isEmpty, "\(found.count): \(found.first?.evidence ?? [])")
  }

  @Test("a burst is corroborated by both sides, and both are named")
  func witnesses() throws {
    var traffic = Self.known()
    var calls = Self.shop
    calls[0].rate = 60
    let found = traffic.run(calls, seconds: 60)
    let best = try #require(found.max { $0.corroborated < $1.corroborated })
    #expect(best.corroborated >= AlarmLevel.throttle.score)
    #expect(best.witnesses == [identity("frontend"), identity("payments")])
  }

  @Test(
    "what one side alone reports is never corroborated", arguments: [Vantage.source, .destination])
  func oneSide(side: Vantage) {
    var traffic = Self.known()
    let phantom = Call(source: "frontend", destination: "payments", rate: 60, sides: [side])
    let found = traffic.run(Self.shop + [phantom], seconds: 60)
    #expect(found.contains { $0.reaches(.throttle) })
    #expect(found.allSatisfy { $0.corroborated < AlarmLevel.throttle.score })
  }

  @Test("an attack is not learned")
  func attackNotLearned() {
    var traffic = Self.known()
    var calls = Self.shop
    calls[0].rate = 60
    traffic.run(calls, seconds: 120)
    var learned: [UInt64: UInt16] = [:]
    traffic.scorer.entities.forEach { record in
      if record.statistic >= ScoringBounds.throttleLevel {
        learned[record.key] = record.learnedMinutes
      }
    }
    #expect(learned.count >= 2)
    traffic.run(calls, seconds: 1200)
    traffic.scorer.entities.forEach { record in
      if let before = learned[record.key] { #expect(record.learnedMinutes == before) }
    }
  }

  @Test("of two attackers and an outage at once, only the attackers are blamed")
  func attackersAndOutage() {
    let calls =
      ["frontend", "orders", "reports", "batch", "mobile"].map {
        Call(source: $0, destination: "payments")
      } + ["frontend", "orders", "mobile"].map { Call(source: $0, destination: "catalog") }
    var traffic = Self.known(calls)
    var attacked = calls
    attacked[2].failing = 0.5  // reports guesses passwords,
    attacked[3].failing = 0.5  // and batch asks for what is not there.
    attacked[3].failure = .answered(status: 400)
    for index in 5...7 {
      attacked[index].failing = 0.95
      attacked[index].failure = .answered(status: 503)
    }
    let blamed = Set(
      traffic.run(attacked, seconds: 120).filter { $0.reaches(.throttle) }.map(\.subject))
    #expect(blamed == [workload("reports"), workload("batch")])
  }

  @Test("a burst of three times the usual requests is found within seconds")
  func burst() throws {
    var traffic = Self.known()
    let start = traffic.second
    var calls = Self.shop
    calls[0].rate = 30
    let found = traffic.run(calls, seconds: 60)
    let first = try #require(found.first { $0.reaches(.throttle) })
    #expect(first.subject == workload("frontend"))
    #expect(first.at.second - start < 15)
  }

  @Test("a rate that creeps up is found before it is learned", arguments: [1.002, 1.01, 1.05])
  func ramp(growth: Double) {
    var traffic = Self.known()
    var calls = Self.shop
    var minutes = 0
    var found = false
    while calls[0].rate < 5 * 1.9, !found {
      found = traffic.run(calls, seconds: 60).contains { $0.reaches(.throttle) }
      calls[0].rate *= growth
      minutes += 1
    }
    #expect(found, "not by \(calls[0].rate) a second, after \(minutes) minutes")
  }

  @Test("failures diluted among many successes are found")
  func dilution() {
    var traffic = Self.known()
    var calls = Self.shop
    calls[1].failing = 0.03
    let found = traffic.run(calls, seconds: 900)
    #expect(found.contains { $0.reaches(.throttle) && $0.subject == workload("orders") })
  }

  @Test("what is new is left to the guards")
  func coldStart() {
    var traffic = Traffic()
    var calls = Self.shop
    calls[2].rate = 40
    calls[2].responseBytes = 1_000_000
    let found = traffic.run(calls, seconds: 300)
    #expect(found.isEmpty)
    calls[2].failing = 0.8
    let guarded = traffic.run(calls, seconds: 20)
    #expect(guarded.contains { $0.detector == .authFailures })
  }

  @Test("who is slow, or meets failures, suffers and is not acted upon")
  func symptoms() {
    var traffic = Self.known()
    var calls = Self.shop
    calls[0].milliseconds = 500
    calls[0].failing = 0.5
    calls[0].failure = .answered(status: 503)
    let found = traffic.run(calls, seconds: 120)
    #expect(found.contains { $0.reaches(.observe) })
    #expect(!found.contains { $0.reaches(.throttle) })
  }

  @Test("one feature alone never quarantines, two do")
  func twoFeatures() {
    var traffic = Self.known()
    var calls = Self.shop
    calls[2].failing = 1
    let one = traffic.run(calls, seconds: 120)
    #expect(one.contains { $0.reaches(.throttle) })
    #expect(!one.contains { $0.reaches(.quarantine) })
    calls[2].rate = 40
    let two = traffic.run(calls, seconds: 60)
    #expect(two.contains { $0.reaches(.quarantine) })
  }

  @Test("spent evidence is gone")
  func spending() {
    var traffic = Self.known()
    var calls = Self.shop
    calls[2].failing = 0.5
    traffic.run(calls, seconds: 60)
    let reports = workload("reports")
    let now = Timestamp(seconds: traffic.second)
    #expect(traffic.scorer.score(of: reports, at: now) > 0.999)
    traffic.scorer.watch(Watch(followed: [reports], denied: [reports]))
    traffic.scorer.spend(reports, before: now)
    #expect(traffic.scorer.score(of: reports, at: now) < 0.4)
  }

  @Test("each key falls to exactly one shard, and to each of them some do")
  func shards() {
    let scorers = (0..<3).map {
      Scorer(thresholds: [:], shard: $0, of: 3, entities: 1 << 4, secret: 1)
    }
    var owned = [0, 0, 0]
    for number in 0..<300 {
      let owners = scorers.indices.filter { scorers[$0].owns(identity("s\(number)").key) }
      #expect(owners.count == 1)
      for owner in owners { owned[owner] += 1 }
    }
    #expect(owned.allSatisfy { $0 > 60 })
  }

  @Test("the same batches give the same detections, whatever the tables' secret")
  func determinism() {
    func run(secret: UInt64) -> [Detection] {
      var traffic = Traffic(seed: 3)
      traffic.scorer = Scorer(
        thresholds: [.anomaly: AlarmLevel.observe.score], entities: 1 << 12, secret: secret)
      var calls = Self.shop
      traffic.run(calls, seconds: 35 * 60)
      calls[1].failing = 0.4
      calls[1].rate = 30
      return traffic.run(calls, seconds: 60)
    }
    let first = run(secret: 1)
    #expect(!first.isEmpty)
    #expect(first == run(secret: 0xDEAD_BEEF))
  }
}
