internal import Actuators
internal import MeshModel
internal import Testing

struct EnforcementTableTests {
  @Test("only the rule by identity of a quarantine has a prober")
  func prober() throws {
    let prober = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/flyball")
    let subject = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/reports")
    let client = try #require(IPPrefix(client: "203.0.113.7"))
    var table = EnforcementTable(prober: prober)
    for (number, (subject, stage)) in [
      (Subject.workload(subject), Stage.quarantine),
      (.workload(subject), .throttle(Rate(perSecond: 1, burst: 1))),
      (.client(client, at: subject), .quarantine),
    ].enumerated() {
      table.apply(
        Enforcement(
          action: ActionID(number: UInt64(number)), subject: subject, stage: stage,
          notAfter: Timestamp(seconds: 1)), generation: 1)
    }
    let rules = Filter.allCases.flatMap { table.content(of: $0, at: subject).rules }
    #expect(rules.count == 5)
    #expect(rules.filter { $0.prober == prober }.map(\.name) == ["fb-000000000000"])
    #expect(rules.filter { $0.prober != nil }.count == 1)
  }
}
