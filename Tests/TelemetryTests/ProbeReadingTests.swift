internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry
internal import Testing

/// The controller's own requests, as the access logs of proxies tell of them.
struct ProbeReadingTests {
  private typealias Entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry

  private let own = "spiffe://shop.demo/ns/shop/sa/flyball"
  private let now = Timestamp(seconds: 1_000)
  private let action = ActionID(number: 7)

  private func read(
    _ entries: [Entry]
  ) throws -> (batch: ObservationBatch, ledger: IngestLedger) {
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    message.httpLogs.logEntry = entries
    var stream = AccessLogStream(
      reporter: ProxyID(
        principal: try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/users"), node: "users"),
      listener: .inbound,
      attribution: Attribution(
        trustDomain: "shop.demo", services: ServiceMap([:]), own: try SPIFFEID(parsing: own)))
    return stream.read(try message.serializedBytes(), receivedAt: now)
  }

  private func entry(
    _ details: String, path: String? = nil, status: UInt32 = 403, second: Int64 = 999,
    peer: String? = nil
  ) -> Entry {
    var entry = Entry()
    var name = Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
    name.uri = peer ?? own
    entry.commonProperties.tlsProperties.peerCertificateProperties.subjectAltName = [name]
    entry.commonProperties.startTime.seconds = second
    entry.request.path = path ?? action.probePath
    entry.response.responseCode.value = status
    entry.response.responseCodeDetails = details
    return entry
  }

  private func sighting(_ isDenied: Bool, second: Int64 = 999) -> ProbeSighting {
    ProbeSighting(action: action, isDenied: isDenied, start: Timestamp(seconds: second))
  }

  @Test(
    "ten thousand requests of the controller are no observation, and so leave no trace in a score")
  func neverScored() throws {
    let kinds = [
      entry("rbac_access_denied_matched_policy[\(action)]"), entry("via_upstream", status: 404),
      entry("via_upstream", path: "/login", status: 401), entry("", status: 0),
      entry("local_rate_limited", status: 429),
    ]
    let (batch, ledger) = try read((0..<10_000).map { kinds[$0 % kinds.count] })
    #expect(batch.observations.isEmpty)
    #expect(ledger.received == 10_000)
    #expect(ledger.rejected == [.own: 10_000])
    #expect(ledger.waiting == 0)
    #expect(batch.probes.count == 2)
  }

  @Test("a probe denied in an action's name, or answered by the called side, is a proof")
  func sightings() throws {
    #expect(
      try read([entry("rbac_access_denied_matched_policy[\(action)]")]).batch.probes
        == [sighting(true)])
    #expect(
      try read([entry("via_upstream", status: 404)]).batch.probes == [sighting(false)])
    #expect(try read([entry("via_upstream", status: 200)]).batch.probes == [sighting(false)])
  }

  @Test("a refusal by anybody else, an answer of the proxy itself, or another path is none")
  func none() throws {
    for entry in [
      entry("rbac_access_denied_matched_policy[ours]"), entry("rbac_access_denied"),
      entry("route_not_found", status: 404),
      entry("via_upstream", path: "/flyball-probe/", status: 404),
      entry("via_upstream", path: action.probePath + "0", status: 404),
      entry("via_upstream", path: String(repeating: "/", count: 500), status: 404),
    ] {
      let (batch, ledger) = try read([entry])
      #expect(batch.probes.isEmpty)
      #expect(ledger.rejected == [.own: 1])
    }
  }

  @Test("a path alone makes no probe: who asks with another identity is traffic")
  func others() throws {
    let (batch, _) = try read([
      entry(
        "via_upstream", status: 404, peer: "spiffe://shop.demo/ns/shop/sa/reports")
    ])
    #expect(batch.observations.count == 1)
    #expect(batch.probes.isEmpty)
  }

  /// With what a route that rewrites, or whoever sent it, says was asked for.
  private func rewritten(_ entry: Entry, original: String) throws -> Entry {
    var entry = entry
    let field: [UInt8] = [10 << 3 | 2, UInt8(original.utf8.count)] + Array(original.utf8)
    entry.request = try Envoy_Data_Accesslog_V3_HTTPRequestProperties(
      serializedBytes: try entry.request.serializedBytes() as [UInt8] + field)
    return entry
  }

  @Test("a probe under a route that rewrites is known by what it asked for")
  func rewriting() throws {
    let probe = try rewritten(
      entry("via_upstream", path: "/v2/gone", status: 404), original: action.probePath)
    #expect(try read([probe]).batch.probes == [sighting(false)])
  }

  @Test("a header that a caller may send does not choose the path that is read of its request")
  func chosenPath() throws {
    let reports = "spiffe://shop.demo/ns/shop/sa/reports"
    let plain = entry("via_upstream", path: "/internal/keys", status: 404, peer: reports)
    let hidden = try rewritten(plain, original: "/healthy")
    let paths = try [plain, hidden].map { try read([$0]).batch.observations.map(\.path) }
    #expect(paths[0].count == 1 && paths[0] == paths[1])
  }

  @Test("of many answers of a kind the latest counts, and a message tells of 64 kinds at most")
  func bounded() throws {
    let denied = "rbac_access_denied_matched_policy[\(action)]"
    #expect(
      try read([entry(denied, second: 995), entry(denied, second: 998), entry(denied, second: 996)])
        .batch.probes == [sighting(true, second: 998)])
    let many = (0..<1_000).map { number in
      entry("rbac_access_denied_matched_policy[\(ActionID(number: UInt64(number)))]")
    }
    #expect(try read(many).batch.probes.count == 64)
  }
}
