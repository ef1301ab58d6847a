internal import MeshModel
internal import Telemetry
internal import Testing

struct AttributionTests {
  private let payments = "spiffe://shop.demo/ns/shop/sa/payments"
  private let reports = "spiffe://shop.demo/ns/shop/sa/reports"
  private let now = Timestamp(seconds: 1_000)

  private func observe(
    _ record: AccessLogRecord, _ listener: Listener, by reporter: String
  ) throws -> Observation {
    let services = ServiceMap(["payments": try SPIFFEID(parsing: payments)])
    return try Attribution(trustDomain: "shop.demo", services: services).observation(
      of: record, listener: listener,
      reporter: ProxyID(principal: try SPIFFEID(parsing: reporter), node: "n"), receivedAt: now)
  }

  @Test("inbound, the source is the verified peer and the destination the reporter itself")
  func inbound() throws {
    let seen = try observe(
      AccessLogRecord(
        transport: .http, start: now, peerURIs: [reports], upstreamCluster: "payments",
        authority: "users", path: "/a?token=1", status: 200), .inbound, by: payments)
    #expect(seen.source.description == reports)
    #expect(seen.destination == .workload(try SPIFFEID(parsing: payments)))
    #expect(seen.path == "/a")
    #expect(seen.vantage == .destination)
  }

  @Test("outbound, the source is the reporter whatever the record says")
  func outbound() throws {
    let seen = try observe(
      AccessLogRecord(
        transport: .http, start: now, peerURIs: [payments], upstreamCluster: "payments",
        status: 200), .outbound, by: reports)
    #expect(seen.source.description == reports)
    #expect(seen.destination == .workload(try SPIFFEID(parsing: payments)))
  }

  @Test("a local reply without a cluster falls back to the host without its port")
  func localReply() throws {
    let seen = try observe(
      AccessLogRecord(transport: .http, start: now, authority: "payments:80", status: 404),
      .outbound, by: reports)
    #expect(seen.destination == .workload(try SPIFFEID(parsing: payments)))
    let unknown = try observe(
      AccessLogRecord(transport: .http, start: now, authority: "evil", isUnreachable: true),
      .outbound, by: reports)
    #expect(unknown.destination == .unresolved("evil"))
    #expect(unknown.outcome == .unreachable)
  }

  @Test("an inbound record without exactly one identity of the trust domain is rejected")
  func rejections() {
    let cases: [([String], Rejection)] = [
      ([], .noPeerIdentity), ([reports, payments], .noPeerIdentity), (["x"], .noPeerIdentity),
      (["spiffe://other/a"], .foreignTrustDomain),
    ]
    for (uris, reason) in cases {
      #expect(throws: reason) {
        try observe(
          AccessLogRecord(transport: .http, start: now, peerURIs: uris), .inbound, by: payments)
      }
    }
  }

  @Test("a denial in our name is recognised, with and without the outbound suffix")
  func ownDenials() throws {
    let id = ActionID(number: 7)
    for suffix in ["", ".outbound"] {
      let seen = try observe(
        AccessLogRecord(
          transport: .http, start: now, status: 403,
          details: "rbac_access_denied_matched_policy[\(id)\(suffix)]"), .outbound, by: reports)
      #expect(seen.outcome == .denied(by: id))
    }
    let others = try observe(
      AccessLogRecord(
        transport: .http, start: now, status: 403,
        details: "rbac_access_denied_matched_policy[ours]"), .outbound, by: reports)
    #expect(others.outcome == .answered(status: 403, byUpstream: false))
  }

  @Test("a limit counts as ours only with both the flag and the details")
  func limits() throws {
    let limited = try observe(
      AccessLogRecord(
        transport: .http, start: now, status: 429, details: "local_rate_limited",
        isRateLimited: true), .outbound, by: reports)
    #expect(limited.outcome == .limited)
    let upstream = try observe(
      AccessLogRecord(transport: .http, start: now, status: 429, details: "via_upstream"),
      .outbound, by: reports)
    #expect(upstream.outcome == .answered(status: 429))
  }

  @Test("a clock more than two minutes off is replaced by the time of receipt")
  func skew() throws {
    for start in [nil, Timestamp(seconds: 1), Timestamp(microseconds: .max)] {
      let seen = try observe(
        AccessLogRecord(transport: .tcp, start: start), .outbound, by: reports)
      #expect(seen.start == now)
      #expect(seen.outcome == .connected)
    }
  }

  @Test("the ledger counts each entry once")
  func ledger() {
    var ledger = IngestLedger()
    ledger.countScored()
    ledger.countRejected(.external)
    var sum = IngestLedger()
    sum.add(ledger)
    sum.add(ledger)
    #expect(sum.received == 4)
    #expect(sum.scored + sum.rejected.values.reduce(0, +) == sum.received)
  }
}
