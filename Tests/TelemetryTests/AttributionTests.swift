internal import EnvoyAPI
internal import MeshModel
internal import SwiftProtobuf
internal import Telemetry
internal import Testing

private let payments = "spiffe://shop.demo/ns/shop/sa/payments"
private let reports = "spiffe://shop.demo/ns/shop/sa/reports"
private let gateway = "spiffe://shop.demo/ns/shop/sa/ingress"
private let now = Timestamp(seconds: 1_000)

struct AttributionTests {
  /// What becomes of one entry, by way of the wire.
  private func observe(
    _ listener: Listener, by reporter: String,
    _ fill: (inout Envoy_Data_Accesslog_V3_HTTPAccessLogEntry) -> Void
  ) throws -> (batch: ObservationBatch, rejected: [Rejection: UInt64]) {
    var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
    entry.commonProperties.startTime.seconds = now.second
    fill(&entry)
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    message.httpLogs.logEntry = [entry]
    var stream = AccessLogStream(
      reporter: ProxyID(principal: try SPIFFEID(parsing: reporter), node: "n"),
      listener: listener,
      attribution: Attribution(
        trustDomain: "shop.demo",
        services: ServiceMap(["payments": try SPIFFEID(parsing: payments)])))
    let (batch, ledger) = stream.read(try message.serializedBytes(), receivedAt: now)
    #expect(ledger.received == 1)
    #expect(ledger.waiting == UInt64(batch.observations.count))
    return (batch, ledger.rejected)
  }

  @Test("inbound, the source is the verified peer and the destination the reporter itself")
  func inbound() throws {
    let (batch, _) = try observe(.inbound, by: payments) {
      $0.peer([reports])
      $0.commonProperties.upstreamCluster = "payments"
      $0.request.authority = "users"
      $0.request.path = "/a?token=1"
      $0.response.responseCode.value = 200
    }
    let seen = try #require(batch.observations.first)
    #expect(batch.source(of: seen).description == reports)
    #expect(batch.destination(of: seen) == .workload(try SPIFFEID(parsing: payments)))
    #expect(seen.source == (try SPIFFEID(parsing: reports).key))
    #expect(batch.bytes[seen.pathText.range].elementsEqual("/a".utf8))
    #expect(batch.vantage == .destination)
  }

  @Test("at a gateway the source is the other end of its socket, whatever the record says")
  func ingress() throws {
    let (batch, _) = try observe(.ingress, by: gateway) {
      $0.peer([reports])
      $0.commonProperties.downstreamDirectRemoteAddress.socketAddress.address = "203.0.113.7"
      $0.commonProperties.downstreamDirectRemoteAddress.socketAddress.portValue = 5_000
      $0.commonProperties.upstreamCluster = "payments"
      $0.request.authority = "users"
      $0.request.path = "/a"
      $0.response.responseCode.value = 200
    }
    let seen = try #require(batch.observations.first)
    #expect(batch.source(of: seen).description == "203.0.113.7 at \(gateway)")
    #expect(batch.source(of: seen).key == seen.source)
    #expect(batch.destination(of: seen) == .workload(try SPIFFEID(parsing: payments)))
    #expect(batch.vantage == .gateway)
  }

  @Test("to a client's path only its first three segments count")
  func clientPaths() throws {
    let keys = try ["/a/b/c/d", "/a/b/c/e?q", "/a/b/d"].map { path in
      try observe(.ingress, by: gateway) {
        $0.commonProperties.downstreamDirectRemoteAddress.socketAddress.address = "203.0.113.7"
        $0.request.path = path
      }.batch.observations.map(\.path)
    }
    #expect(keys[0] == keys[1] && keys[0] != keys[2])
  }

  @Test("what a gateway answers by itself is its own, not the host that the client named")
  func ownAnswer() throws {
    let (batch, _) = try observe(.ingress, by: gateway) {
      $0.commonProperties.downstreamDirectRemoteAddress.socketAddress.address = "2001:db8::1"
      $0.request.authority = "payments"
    }
    let seen = try #require(batch.observations.first)
    #expect(batch.destination(of: seen) == .workload(try SPIFFEID(parsing: gateway)))
  }

  @Test("a path without a route is the client's failure at a gateway, and the mesh's elsewhere")
  func noRoute() throws {
    let (batch, _) = try observe(.ingress, by: gateway) {
      $0.commonProperties.downstreamDirectRemoteAddress.socketAddress.address = "203.0.113.7"
      $0.commonProperties.responseFlags.noRouteFound = true
      $0.response.responseCode.value = 404
    }
    #expect(batch.observations.map(\.outcome) == [.answered(status: 404, byUpstream: false)])
  }

  @Test("a client without an address is nobody")
  func noAddress() throws {
    #expect(try observe(.ingress, by: gateway) { _ in }.rejected == [.noClientAddress: 1])
    let named = try observe(.ingress, by: gateway) {
      $0.commonProperties.downstreamDirectRemoteAddress.socketAddress.address = "client.example"
    }
    #expect(named.rejected == [.noClientAddress: 1])
  }

  @Test("outbound, the source is the reporter whatever the record says")
  func outbound() throws {
    let (batch, _) = try observe(.outbound, by: reports) {
      $0.peer([payments])
      $0.commonProperties.upstreamCluster = "payments"
    }
    let seen = try #require(batch.observations.first)
    #expect(batch.source(of: seen).description == reports)
    #expect(batch.destination(of: seen) == .workload(try SPIFFEID(parsing: payments)))
  }

  @Test("a local reply without a cluster falls back to the host without its port")
  func localReply() throws {
    let (known, _) = try observe(.outbound, by: reports) { $0.request.authority = "payments:80" }
    #expect(known.names.last?.name == .subject(.workload(try SPIFFEID(parsing: payments))))
    let (unknown, _) = try observe(.outbound, by: reports) {
      $0.request.authority = "evil"
      $0.commonProperties.responseFlags.noRouteFound = true
    }
    #expect(unknown.names.last?.name == .unresolved("evil"))
    #expect(unknown.observations.first?.outcome == .unreachable)
  }

  @Test("an inbound record without exactly one identity of the trust domain is rejected")
  func rejections() throws {
    let cases: [([String], Rejection)] = [
      ([], .noPeerIdentity), ([reports, payments], .noPeerIdentity), (["x"], .noPeerIdentity),
      (["spiffe://other/a"], .foreignTrustDomain),
    ]
    for (uris, reason) in cases {
      let (batch, rejected) = try observe(.inbound, by: payments) { $0.peer(uris) }
      #expect(batch.observations.isEmpty)
      #expect(rejected == [reason: 1])
    }
  }

  @Test("only the final entry of a request counts")
  func finalOnly() throws {
    for (type, counts) in [
      (Envoy_Data_Accesslog_V3_AccessLogType.notSet, true), (.downstreamEnd, true),
      (.downstreamStart, false), (.downstreamPeriodic, false), (.UNRECOGNIZED(99), false),
    ] {
      let (batch, rejected) = try observe(.outbound, by: reports) {
        $0.commonProperties.accessLogType = type
      }
      #expect(batch.observations.isEmpty != counts)
      #expect(rejected == (counts ? [:] : [.notFinal: 1]))
    }
  }

  @Test("a denial in our name is recognised, with and without the outbound suffix")
  func ownDenials() throws {
    let id = ActionID(number: 7)
    for (policy, outcome) in [
      ("\(id)", Outcome.denied(by: id)), ("\(id).outbound", .denied(by: id)),
      ("ours", .answered(status: 403, byUpstream: false)),
      ("", .answered(status: 403, byUpstream: false)),
    ] {
      let (batch, _) = try observe(.outbound, by: reports) {
        $0.response.responseCode.value = 403
        $0.response.responseCodeDetails = "rbac_access_denied_matched_policy[\(policy)]"
      }
      #expect(batch.observations.first?.outcome == outcome)
    }
  }

  @Test("a limit counts as ours only with both the flag and the details")
  func limits() throws {
    for (flag, details, outcome) in [
      (true, "local_rate_limited", Outcome.limited),
      (false, "local_rate_limited", .answered(status: 429, byUpstream: false)),
      (false, "via_upstream", .answered(status: 429)),
    ] {
      let (batch, _) = try observe(.outbound, by: reports) {
        $0.response.responseCode.value = 429
        $0.response.responseCodeDetails = details
        $0.commonProperties.responseFlags.rateLimited = flag
      }
      #expect(batch.observations.first?.outcome == outcome)
    }
  }

  @Test("a clock more than two minutes late, or ahead, is replaced by the time of receipt")
  func skew() throws {
    for (seconds, nanos) in [
      (Int64.max, Int32.max), (.min, .min), (1, .max), (0, 0), (now.second + 1, 0),
      (now.second - 121, 0),
    ] {
      let (batch, _) = try observe(.outbound, by: reports) {
        $0.commonProperties.startTime.seconds = seconds
        $0.commonProperties.startTime.nanos = nanos
      }
      #expect(batch.observations.first?.start == now)
    }
  }

  @Test("negative and huge durations and sizes end at the range of their type")
  func durations() throws {
    for (seconds, nanos, expected) in [
      (Int64(1), Int32(5_000), UInt32(1_000_005)), (-1, 0, 0), (.min, .min, 0),
      (.max, .max, .max), (0, -5, 0),
    ] {
      let (batch, _) = try observe(.outbound, by: reports) {
        $0.commonProperties.duration.seconds = seconds
        $0.commonProperties.duration.nanos = nanos
        $0.request.requestBodyBytes = .max
      }
      #expect(batch.observations.first?.durationMicroseconds == expected)
      #expect(batch.observations.first?.requestBytes == .max)
    }
  }

  @Test("paths that differ in numbers only are one route; a route's name comes first")
  func routes() throws {
    func route(_ path: String, name: String = "") throws -> UInt64? {
      try observe(.outbound, by: reports) {
        $0.request.path = path
        $0.commonProperties.routeName = name
      }.batch.observations.first?.route
    }
    #expect(try route("/orders/17/items") == route("/orders/18/items?x=1"))
    #expect(try route("/orders/a/items") != route("/orders/b/items"))
    #expect(try route("/orders", name: "r") == route("/users", name: "r"))
  }

  @Test("a message that speaks of more names than a stream remembers keeps the names it used")
  func manyNames() throws {
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    message.httpLogs.logEntry = (0..<700).map { number in
      var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
      entry.request.authority = "host-\(number)"
      return entry
    }
    var stream = AccessLogStream(
      reporter: ProxyID(principal: try SPIFFEID(parsing: reports), node: "n"), listener: .outbound,
      attribution: Attribution(trustDomain: "shop.demo", services: ServiceMap([:])))
    for _ in 0..<2 {
      let (batch, ledger) = stream.read(try message.serializedBytes(), receivedAt: now)
      #expect(batch.observations.count == 512)
      for (number, seen) in batch.observations.enumerated() {
        #expect(batch.destination(of: seen) == .unresolved("host-\(number)"))
      }
      #expect(ledger.rejected == [.tooManyNames: 188])
    }
  }

  @Test("one message makes a bounded number of observations")
  func manyEntries() throws {
    // Entries of no field at all.
    let entries = (0..<20_000).flatMap { _ in [0x0A, 0x00] as [UInt8] }
    let length: [UInt8] = [0xC0, 0xB8, 0x02]
    var stream = AccessLogStream(
      reporter: ProxyID(principal: try SPIFFEID(parsing: reports), node: "n"), listener: .outbound,
      attribution: Attribution(trustDomain: "shop.demo", services: ServiceMap([:])))
    let (batch, ledger) = stream.read([0x12] + length + entries, receivedAt: now)
    #expect(batch.observations.count == 16_384)
    #expect(ledger.rejected == [.tooManyEntries: 3_616])
  }

  @Test("a TCP entry gives its peer, its end, and its failure")
  func tcp() throws {
    var entry = Envoy_Data_Accesslog_V3_TCPAccessLogEntry()
    entry.commonProperties.accessLogType = .tcpConnectionEnd
    entry.commonProperties.startTime.seconds = now.second
    entry.commonProperties.peer([reports])
    entry.connectionProperties.receivedBytes = 7
    var failed = entry
    failed.commonProperties.responseFlags.upstreamConnectionFailure = true
    var periodic = entry
    periodic.commonProperties.accessLogType = .tcpPeriodic
    var message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    message.tcpLogs.logEntry = [entry, failed, periodic]
    var stream = AccessLogStream(
      reporter: ProxyID(principal: try SPIFFEID(parsing: payments), node: "n"),
      listener: .inbound,
      attribution: Attribution(trustDomain: "shop.demo", services: ServiceMap([:])))
    let (batch, ledger) = stream.read(try message.serializedBytes(), receivedAt: now)
    #expect(batch.observations.map(\.outcome) == [.connected, .unreachable])
    #expect(batch.observations.first?.requestBytes == 7)
    #expect(ledger.rejected == [.notFinal: 1])
  }
}

extension Envoy_Data_Accesslog_V3_HTTPAccessLogEntry {
  mutating func peer(_ uris: [String]) { commonProperties.peer(uris) }
}

extension Envoy_Data_Accesslog_V3_AccessLogCommon {
  mutating func peer(_ uris: [String]) {
    tlsProperties.peerCertificateProperties.subjectAltName = uris.map { uri in
      var name = Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
      name.uri = uri
      return name
    }
  }
}
