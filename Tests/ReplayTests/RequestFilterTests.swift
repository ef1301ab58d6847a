internal import MeshModel
internal import Replay
internal import Testing

@Suite struct RequestFilterTests {
  private static let reports = try? SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/reports")
  private static let payments = try? SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/payments")

  private static func requests() throws -> [ObservedRequest] {
    let reports = try #require(reports)
    let payments = try #require(payments)
    let action = ActionID(number: 7)
    var batch = ObservationBatch(
      reporter: ProxyID(principal: reports, node: "n"), vantage: .source)
    let start = Timestamp(seconds: 1)
    batch.append(at: start, peer: .workload(payments), path: "/pay", .answered(status: 200))
    batch.append(at: start, peer: .workload(payments), path: "/pay/1", .answered(status: 503))
    batch.append(at: start, peer: .unresolved("api.example"), path: "/x", .unreachable)
    batch.append(at: start, peer: .workload(payments), path: "/pay", .denied(by: action))
    return batch.observations.map { ObservedRequest($0, in: batch) }
  }

  private static func admitted(_ change: (inout RequestFilter) -> Void) throws -> [Int] {
    var filter = RequestFilter()
    change(&filter)
    return try requests().enumerated().filter { filter.admits($0.element) }.map(\.offset)
  }

  @Test("without conditions all requests are shown")
  func all() throws {
    #expect(try Self.admitted { _ in } == [0, 1, 2, 3])
  }

  @Test("a name is the whole one, or an identity's last part, and never a part of it")
  func names() throws {
    let whole = try #require(Self.payments).description
    #expect(try Self.admitted { $0.destinations = [whole] } == [0, 1, 3])
    #expect(try Self.admitted { $0.destinations = ["payments"] } == [0, 1, 3])
    #expect(try Self.admitted { $0.destinations = ["pay"] } == [])
    #expect(try Self.admitted { $0.destinations = ["payments", "api.example"] } == [0, 1, 2, 3])
    #expect(try Self.admitted { $0.sources = ["payments"] } == [])
    #expect(try Self.admitted { $0.sources = ["reports"] } == [0, 1, 2, 3])
  }

  @Test("conditions of different kinds narrow")
  func narrow() throws {
    #expect(try Self.admitted { $0.statuses = [500...599] } == [1])
    #expect(try Self.admitted { $0.statuses = [500...599, 200...200] } == [0, 1])
    #expect(try Self.admitted { $0.endings = [.denied, .unreachable] } == [2, 3])
    #expect(try Self.admitted { $0.action = ActionID(number: 7) } == [3])
    #expect(try Self.admitted { $0.action = ActionID(number: 8) } == [])
    #expect(try Self.admitted { $0.pathPrefix = "/pay/" } == [1])
    #expect(
      try Self.admitted {
        $0.pathPrefix = "/pay"
        $0.endings = [.answered]
        $0.destinations = ["payments"]
      } == [0, 1])
  }
}
