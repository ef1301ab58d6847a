internal import Anomaly
internal import MeshModel
internal import Testing

struct ReferenceTests {
  private static let shop = ["frontend", "orders", "reports"].map {
    Traffic.Call(source: $0, destination: "payments")
  }

  private static func known() -> Traffic {
    var traffic = Traffic()
    traffic.run(shop, seconds: 40 * 60)
    return traffic
  }

  @Test("a restart forgets nothing that was learned")
  func restart() throws {
    let before = Self.known()
    var after = before
    after.scorer = before.scorer.blank
    let sections = try ReferenceFormat.split(
      ReferenceFormat.join([before.scorer.references()]), shards: 1)
    try after.scorer.restore(sections[0])
    #expect(after.scorer.references() == before.scorer.references())
    var calls = Self.shop
    calls[2].failing = 0.3
    let found = after.run(calls, seconds: 60)
    #expect(found.contains { $0.reaches(.throttle) && $0.subject == workload("reports") })
    #expect(Set(found.map(\.subject)) == [workload("reports")])
  }

  @Test("without its references it starts cold")
  func cold() {
    var traffic = Self.known()
    traffic.scorer = traffic.scorer.blank
    var calls = Self.shop
    calls[2].rate = 40
    #expect(traffic.run(calls, seconds: 60).isEmpty)
  }

  @Test("any damage is found, and none is half taken")
  func damage() throws {
    var traffic = Traffic()
    traffic.run(Self.shop, seconds: 120)
    let whole = ReferenceFormat.join([traffic.scorer.references()])
    #expect(throws: ReferenceError.notReferences) {
      try ReferenceFormat.split(Array("something else entirely".utf8), shards: 1)
    }
    #expect(throws: ReferenceError.otherShards(1)) {
      try ReferenceFormat.split(whole, shards: 2)
    }
    var other = whole
    other[7] = 9
    #expect(throws: ReferenceError.otherFormat(9)) {
      try ReferenceFormat.split(other, shards: 1)
    }
    for place in [20, whole.count / 2, whole.count - 1] {
      var damaged = whole
      damaged[place] ^= 1
      #expect(throws: ReferenceError.damaged) { try ReferenceFormat.split(damaged, shards: 1) }
    }
    #expect(throws: ReferenceError.damaged) {
      try ReferenceFormat.split(Array(whole.dropLast(100)), shards: 1)
    }
    var blank = traffic.scorer.blank
    #expect(throws: ReferenceError.damaged) { try blank.restore([255, 255, 255, 255]) }
    #expect(blank.entityCount == 0)
  }
}
