internal import MeshModel
internal import Testing

struct EvidenceFilterTests {
  private static let gateway = "spiffe://shop.demo/ns/shop/sa/gateway"

  /// What the sidecar of `service`, or outbound that of `caller`, reports.
  private static func batch(
    _ outcome: Outcome, _ vantage: Vantage = .destination, from caller: String = "reports",
    to service: String = "users", at seconds: Int64 = 100
  ) throws -> ObservationBatch {
    let source = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(caller)")
    let destination = try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(service)")
    var batch = ObservationBatch(
      reporter: ProxyID(principal: vantage == .source ? source : destination, node: "n"),
      vantage: vantage)
    batch.append(
      at: Timestamp(seconds: seconds),
      peer: .workload(vantage == .source ? destination : source), path: "/", outcome)
    return batch
  }

  private static func filter(_ watch: Watch = Watch()) throws -> EvidenceFilter {
    var filter = EvidenceFilter(gateways: [try SPIFFEID(parsing: gateway)])
    filter.watch(watch)
    return filter
  }

  private static func subject(_ name: String) throws -> Subject {
    .workload(try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)"))
  }

  private static func admits(_ filter: EvidenceFilter, _ batch: ObservationBatch) -> Bool {
    batch.observations.allSatisfy { filter.admits($0, batch.vantage) }
  }

  @Test("what Flyball stopped, limited or sent elsewhere says nothing; all else does")
  func outcomes() throws {
    let filter = try Self.filter()
    let action = ActionID(number: 7)
    for outcome in [Outcome.denied(by: action), .limited, .rerouted(by: action)] {
      #expect(!Self.admits(filter, try Self.batch(outcome)))
    }
    for outcome in [
      Outcome.answered(status: 200), .answered(status: 403), .connected, .unreachable,
    ] {
      #expect(Self.admits(filter, try Self.batch(outcome)))
    }
  }

  @Test("what a gateway passes on is not its own, and its clients' are told at its own listener")
  func gateways() throws {
    let filter = try Self.filter()
    let answer = Outcome.answered(status: 200)
    #expect(!Self.admits(filter, try Self.batch(answer, from: "gateway")))
    #expect(Self.admits(filter, try Self.batch(answer, .source, from: "gateway")))
  }

  @Test("a refusal that may be ours says nothing of who got it by its own word")
  func ourRefusals() throws {
    let reports = try Self.subject("reports")
    let refused = Outcome.answered(status: 403)
    let watching = try Self.filter(Watch(denied: [reports]))
    #expect(!Self.admits(watching, try Self.batch(refused, .source)))
    #expect(Self.admits(watching, try Self.batch(refused, .destination)))
    #expect(Self.admits(watching, try Self.batch(.answered(status: 401), .source)))
    #expect(
      !Self.admits(watching, try Self.batch(refused, from: "users", to: "reports")),
      "who is cut off fails its own callers")
    let elsewhere = try Self.filter(Watch(rerouted: [reports]))
    #expect(!Self.admits(elsewhere, try Self.batch(.answered(status: 200), .source)))
  }

  @Test("what an action answered is spent while the action presses, and no longer")
  func spent() throws {
    let reports = try Self.subject("reports")
    var filter = try Self.filter(Watch(limited: [reports]))
    filter.spend(reports, before: Timestamp(seconds: 200))
    filter.spend(try Self.subject("users"), before: Timestamp(seconds: 200))
    let answer = Outcome.answered(status: 200)
    #expect(!Self.admits(filter, try Self.batch(answer, at: 199)))
    #expect(Self.admits(filter, try Self.batch(answer, at: 200)))
    #expect(Self.admits(filter, try Self.batch(answer, from: "users", to: "reports", at: 199)))
    var next = try Self.filter()
    next.keep(from: filter)
    #expect(!Self.admits(next, try Self.batch(answer, at: 199)))
    filter.watch(Watch())
    #expect(Self.admits(filter, try Self.batch(answer, at: 199)))
  }
}
