internal import Anomaly
internal import MeshModel
internal import Testing

/// The self-test's offender in the scorer.
struct RehearsalTests {
  private static let offender = SPIFFEID.selfTest(in: "shop.demo")

  /// Four failed first contacts at each of two places, as all three sides saw them.
  private static func offence(_ node: String, second: Int64) -> [ObservationBatch] {
    let places = (1...2).map { SPIFFEID.selfTest(in: "shop.demo", place: $0) }
    func batch(
      _ reporter: SPIFFEID, _ vantage: Vantage, _ peers: [SPIFFEID]
    ) -> ObservationBatch {
      var batch = ObservationBatch(
        reporter: ProxyID(principal: reporter, node: node), vantage: vantage)
      for peer in peers {
        for contact in 0..<4 {
          batch.append(
            at: Timestamp(seconds: second), peer: .workload(peer), path: "/\(contact)",
            .answered(status: 404))
        }
      }
      return batch
    }
    return [batch(offender, .source, places)]
      + places.map { batch($0, .destination, [offender]) }
  }

  private static func detections(
    _ scorer: inout Scorer, _ node: String, second: Int64
  ) -> [Detection] {
    offence(node, second: second).flatMap { scorer.findings(in: $0).detections }
  }

  @Test("both sides together give the offender away, the same each time, in one shard")
  func found() {
    var shards = (0..<2).map {
      Scorer(thresholds: [:], shard: $0, of: 2, secret: 1)
    }
    for test in ["a", "b"] {
      var found: [Detection] = []
      for index in shards.indices {
        found += Self.detections(&shards[index], test, second: 1_000)
      }
      let last = found.last
      #expect(Set(found.map(\.subject)) == [.workload(Self.offender)])
      #expect(found.allSatisfy { $0.detector == .lateralMovement })
      #expect(found.first?.corroborated == 0)
      #expect((last?.corroborated ?? 0) > 0.99 && last?.witnesses.count == 3)
    }
  }

  @Test("nothing that is learned, remembered, counted or scored of real subjects changes by it")
  func nothingElse() {
    var plain = Traffic()
    var rehearsed = Traffic()
    let calls = [
      Traffic.Call(source: "frontend", destination: "orders"),
      Traffic.Call(source: "orders", destination: "payments", failing: 0.3),
    ]
    for minute in 0..<40 {
      plain.run(calls, seconds: 60)
      rehearsed.run(calls, seconds: 60)
      let found = Self.detections(
        &rehearsed.scorer, "\(minute)", second: rehearsed.second)
      #expect(!found.isEmpty)
    }
    #expect(plain.detections == rehearsed.detections)
    #expect(plain.scorer.references() == rehearsed.scorer.references())
    #expect(plain.scorer.subjectCount == rehearsed.scorer.subjectCount)
    #expect(plain.scorer.entityCount == rehearsed.scorer.entityCount)
    let now = Timestamp(seconds: plain.second)
    for name in ["frontend", "orders", "payments"] {
      #expect(
        plain.scorer.score(of: workload(name), at: now)
          == rehearsed.scorer.score(of: workload(name), at: now))
    }
    #expect(rehearsed.scorer.score(of: .workload(Self.offender), at: now) == 0)
    for kind in Calibration.EntityClass.allCases {
      #expect(
        plain.scorer.calibration.testedSeconds(of: kind)
          == rehearsed.scorer.calibration.testedSeconds(of: kind))
    }
  }
}
