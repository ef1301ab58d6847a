internal import MeshModel
internal import OpenTelemetryAPI
internal import SwiftProtobuf
internal import Telemetry
internal import Testing

private let payments = "spiffe://shop.demo/ns/shop/sa/payments"
private let reports = "spiffe://shop.demo/ns/shop/sa/reports"
private let now = Timestamp(seconds: 1_700_000_060)
private typealias Request = Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceRequest

/// A request to `payments` as Envoy's access log gives it.
private let labels: [(String, LogText)] = [
  ("start_time", "2023-11-14T22:13:20.500Z"), ("method", "GET"), ("path", "/pay/17?card=1"),
  ("protocol", "HTTP/1.1"), ("authority", "payments:80"), ("response_code", "200"),
  ("response_flags", "-"), ("response_code_details", "via_upstream"), ("bytes_received", "12"),
  ("bytes_sent", "345"), ("duration", "7"), ("upstream_cluster", "application"),
  ("upstream_host", "10.0.0.1:80"), ("route_name", "-"), ("access_log_type", "DownstreamEnd"),
  ("downstream_peer_uri_san", .text(reports)), ("connection_termination_details", "-"),
]

/// What comes of an export by `sender`.
private func observe(
  _ request: Request, by sender: String, isGateway: Bool = false
) throws -> (batches: [ObservationBatch], ledger: IngestLedger) {
  let sender = try SPIFFEID(parsing: sender)
  let export = try LogExport(
    reading: try request.serializedBytes(), sender: sender, isGateway: isGateway)
  var total = export.ledger
  let batches = export.messages.map { listener, message in
    var stream = AccessLogStream(
      reporter: ProxyID(principal: sender, node: export.node), listener: listener,
      attribution: Attribution(
        trustDomain: "shop.demo",
        services: ServiceMap([
          "payments": SPIFFEID.of(payments), "outbound|80||payments": SPIFFEID.of(payments),
        ])))
    let (batch, ledger) = stream.read(message, receivedAt: now)
    total.add(ledger)
    return batch
  }
  #expect(total.received == UInt64(export.records))
  #expect(total.waiting == batches.reduce(0) { $0 + UInt64($1.observations.count) })
  return (batches, total)
}

struct LogExportTests {
  @Test("an inbound record with Envoy's labels is what its access log service would have said")
  func envoyLabels() throws {
    let request = Request(resource: [("log_name", "flyball.inbound")], records: [labels])
    let (batches, _) = try observe(request, by: payments)
    let batch = try #require(batches.first)
    let seen = try #require(batch.observations.first)
    #expect(batch.vantage == .destination)
    #expect(batch.source(of: seen).description == reports)
    #expect(batch.destination(of: seen) == .workload(SPIFFEID.of(payments)))
    #expect(seen.start == Timestamp(microseconds: 1_700_000_000_500_000))
    #expect(batch.bytes[seen.pathText.range].elementsEqual("/pay/17".utf8))
    #expect(seen.durationMicroseconds == 7_000)
    #expect(seen.requestBytes == 12)
    #expect(seen.responseBytes == 345)
    #expect(seen.outcome == .answered(status: 200))
  }

  @Test("an outbound record with the HTTP conventions names the called service")
  func conventions() throws {
    let request = Request(
      resource: [("log_name", "flyball.outbound")],
      records: [
        [
          ("http.request.method", "GET"), ("url.path", "/pay/1"), ("url.query", "a=b"),
          ("http.response.status_code", .integer(404)), ("server.address", "payments"),
          ("http.request.body.size", .integer(1)), ("http.response.body.size", .real(2)),
          ("duration", .real(1.5)), ("http.route", "/pay/:id"),
          ("client.address", "6.6.6.6"), ("response_code_details", "via_upstream"),
        ],
        [("url.full", "https://payments/pay/2?x=y#z"), ("http.response.status_code", "500")],
        [("http.request.method", "GET"), ("error.type", "timeout"), ("server.address", "evil")],
      ], nanoseconds: 1_700_000_001_000_000_000)
    let (batches, _) = try observe(request, by: reports)
    let batch = try #require(batches.first)
    #expect(batch.observations.count == 3)
    let first = batch.observations[0]
    #expect(batch.source(of: first).description == reports)
    #expect(batch.destination(of: first) == .workload(SPIFFEID.of(payments)))
    #expect(first.start == Timestamp(seconds: 1_700_000_001))
    #expect(first.outcome == .answered(status: 404))
    #expect(first.durationMicroseconds == 1_500)
    #expect((first.requestBytes, first.responseBytes) == (1, 2))
    #expect(batch.bytes[first.pathText.range].elementsEqual("/pay/1".utf8))
    #expect(
      batch.bytes[batch.observations[1].pathText.range].elementsEqual("/pay/2".utf8))
    #expect(batch.observations[1].outcome == .answered(status: 500, byUpstream: false))
    #expect(batch.observations[2].outcome == .unreachable)
    #expect(batch.destination(of: batch.observations[2]) == .unresolved("evil"))
  }

  @Test("a connection's record is of TCP; flags tell what was not reached")
  func connections() throws {
    let request = Request(
      resource: [("log_name", "flyball.outbound")],
      records: [
        [
          ("bytes_received", "1"), ("bytes_sent", "2"), ("response_code", "0"), ("method", "-"),
          ("access_log_type", "TcpConnectionEnd"), ("upstream_cluster", "payments"),
        ],
        [("upstream_cluster", "payments"), ("response_flags", "DC,UF"), ("duration", "3")],
      ])
    let batch = try #require(try observe(request, by: reports).batches.first)
    #expect(batch.observations.map(\.outcome) == [.connected, .unreachable])
  }

  @Test(
    "the listener is told by the record, the resource, the direction or Istio's cluster",
    arguments: [
      ([("log_name", "flyball.outbound")], [], Vantage.source),
      ([("log_name", "flyball.outbound")], [("log_name", "flyball.inbound")], .destination),
      ([("log_name", "otel")], [("listener_direction", "INBOUND")], .destination),
      ([], [("listener_direction", "2")], .source),
      ([], [("listener_direction", .integer(1))], .destination),
      ([], [("upstream_cluster", "outbound|80||payments")], .source),
      ([], [("upstream_cluster", "inbound|8080||")], .destination),
    ] as [([(String, LogText)], [(String, LogText)], Vantage)])
  func listener(
    resource: [(String, LogText)], record: [(String, LogText)], vantage: Vantage
  ) throws {
    let request = Request(
      resource: resource,
      records: [[("response_code", "200"), ("downstream_peer_uri_san", .text(reports))] + record])
    let batches = try observe(request, by: payments).batches
    #expect(batches.map(\.vantage) == [vantage])
    #expect(batches.first?.observations.count == 1)
  }

  @Test("a record that cannot be used is rejected with its reason, without its neighbours")
  func rejections() throws {
    let inbound: [(String, LogText)] = [("log_name", "flyball.inbound")]
    let peer: (String, LogText) = ("downstream_peer_uri_san", .text(reports))
    let many = (0..<65).map { ("unknown-\($0)", "x" as LogText) }
    let cases: [([(String, LogText)], [(String, LogText)], Rejection)] = [
      (inbound, [], .noRequest), (inbound, [("body", "hello")], .noRequest),
      (inbound, labels + many, .tooManyAttributes), (inbound + many, labels, .tooManyAttributes),
      ([], labels, .unknownListener), ([("log_name", "flyball.ingress")], labels, .notGateway),
      (inbound + [("flyball.principal", .text(reports))], labels, .notOwn),
      (inbound + [("k8s.namespace.name", "other")], labels, .notOwn),
      (inbound, [("response_code", "200")], .noPeerIdentity),
      (
        inbound,
        [("response_code", "200"), ("downstream_peer_uri_san", .text(reports + "," + payments))],
        .noPeerIdentity
      ),
      (
        inbound, [("response_code", "200"), ("downstream_peer_uri_san", "spiffe://x/y")],
        .foreignTrustDomain
      ),
      (inbound, [("method", "GET"), ("access_log_type", "DownstreamStart"), peer], .notFinal),
    ]
    for (resource, record, reason) in cases {
      let good = Request(resource: inbound, records: [labels]).resourceLogs
      var request = Request(resource: resource, records: [record])
      request.resourceLogs = good + request.resourceLogs + good
      let (batches, ledger) = try observe(request, by: payments)
      #expect(ledger.rejected == [reason: 1], "\(resource) \(record)")
      #expect(batches.flatMap(\.observations).count == 2)
    }
  }

  @Test("whoever relays the records of several proxies vouches for the first at most")
  func relayed() throws {
    var request = Request(
      resource: [("log_name", "flyball.inbound"), ("node_name", "payments-1")], records: [labels])
    request.resourceLogs +=
      Request(
        resource: [("log_name", "flyball.inbound"), ("node_name", "users-1")],
        records: [labels, labels]
      ).resourceLogs
    let (batches, ledger) = try observe(request, by: payments)
    #expect(ledger.rejected == [.notOwn: 2])
    #expect(batches.map(\.reporter.node) == ["payments-1"])
  }

  @Test("a request holds a bounded number of records")
  func manyRecords() throws {
    let request = Request(
      resource: [("log_name", "flyball.inbound")],
      records: Array(repeating: [("response_code", "200")], count: 20_000))
    #expect(
      try observe(request, by: payments).ledger.rejected == [
        .tooManyEntries: 20_000 - 16_384, .noPeerIdentity: 16_384,
      ])
  }

  @Test("times are read as logs write them")
  func times() throws {
    for (text, microseconds) in [
      ("2023-11-14T22:13:20Z", 1_700_000_000_000_000),
      ("2023-11-14T23:13:20.123456789+01:00", 1_700_000_000_123_456),
      ("2000-02-29T00:00:00.5Z", 951_782_400_500_000),
      ("1700000000.25", 1_700_000_000_250_000), ("1700000000", 1_700_000_000_000_000),
      ("1700000000123", 1_700_000_000_123_000), ("1700000000123456", 1_700_000_000_123_456),
      ("1700000000123456789", 1_700_000_000_123_456),
    ] as [(String, Int64)] {
      #expect(start(.text(text)) == Timestamp(microseconds: microseconds), "\(text)")
    }
    for text in [
      "-", "", "yesterday", "2023-13-14T22:13:20Z", "2023-11-14T22:13:20", "1.", "1e9",
      "2023-11-14T22:13:20+1:00", "99999-11-14T22:13:20Z", String(repeating: "9", count: 50_000),
    ] {
      _ = start(.text(text))
    }
    #expect(start("yesterday") == nil)
    #expect(start(.integer(1_700_000_000)) == Timestamp(seconds: 1_700_000_000))
    for value in [LogText.real(.nan), .real(.infinity), .real(-1), .real(1e300), .integer(.min)] {
      #expect(start(value) == nil)
    }
  }

  @Test("a time that Flyball writes is read as the same", arguments: [1, 2, 3])
  func timesBack(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<1_000 {
      let time = Timestamp(microseconds: .random(in: 0..<4_000_000_000_000_000, using: &random))
      #expect(start(.text(time.rfc3339)) == time)
    }
  }

  private func start(_ value: LogText) -> Timestamp? {
    var attributes = AccessLogAttributes()
    let bytes = Array(value.text.utf8)
    attributes.set(.startTime, value.value(0..<bytes.count), in: bytes.span.bytes)
    attributes.set(.responseCode, .integer(200), in: bytes.span.bytes)
    // Never rejected: it has a status.
    return try? attributes.record(recordNanoseconds: 0).entry.start
  }

  @Test("the remote address is the connection's own, as Envoy's message")
  func remoteAddress() throws {
    for (text, expected) in [
      ("10.0.0.7:4711", [10, 13, 18, 8] + Array("10.0.0.7".utf8) + [24, 231, 36]),
      ("[::1]:80", [10, 7, 18, 3] + Array("::1".utf8) + [24, 80]),
      ("::1", [10, 5, 18, 3] + Array("::1".utf8)),
      ("10.0.0.7", [10, 10, 18, 8] + Array("10.0.0.7".utf8)), ("[:", nil), (":", nil),
      ("[]:1", nil),
    ] as [(String, [UInt8]?)] {
      var attributes = AccessLogAttributes()
      let bytes = Array(text.utf8)
      attributes.set(.directRemoteAddress, .text(0..<bytes.count), in: bytes.span.bytes)
      let entry = try attributes.record(recordNanoseconds: 0).entry
      guard let expected else { continue }
      #expect(Array(attributes.texts[entry.remoteAddress.range]) == expected, "\(text)")
    }
  }

  @Test("a gateway's client is the address of its socket, whatever its headers say")
  func client() throws {
    let request = Request(
      resource: [("log_name", "flyball.ingress")],
      records: [
        labels + [
          ("downstream_direct_remote_address", "192.0.2.7:4711"),
          ("downstream_remote_address", "6.6.6.6:1"), ("client.address", "6.6.6.6"),
        ],
        labels + [("downstream_remote_address", "6.6.6.6:1"), ("client.address", "6.6.6.6")],
      ])
    let (batches, ledger) = try observe(request, by: payments, isGateway: true)
    let batch = try #require(batches.first)
    #expect(batch.vantage == .gateway)
    #expect(
      batch.observations.map { batch.source(of: $0).description } == ["192.0.2.7 at \(payments)"])
    #expect(ledger.rejected == [.noClientAddress: 1])
  }

  @Test(
    "a gateway's record tells how its client opened TLS, by Envoy's name or the convention's",
    arguments: [
      ("tls_ja3_fingerprint", 32, true, false), ("tls.client.ja3", 32, true, false),
      ("tls_ja4_fingerprint", 36, false, true), ("tls_ja3_fingerprint", 33, false, false),
      ("tls_ja4_fingerprint", 32, false, false), ("tls.client.ja4", 36, false, false),
    ])
  func fingerprints(name: String, length: Int, isJA3: Bool, isJA4: Bool) throws {
    let hash = String(repeating: "a", count: length)
    let request = Request(
      resource: [("log_name", "flyball.ingress")],
      records: [
        labels + [("downstream_direct_remote_address", "192.0.2.7:1"), (name, .text(hash))]
      ])
    let batch = try #require(try observe(request, by: payments, isGateway: true).batches.first)
    let entry = try #require(batch.observations.first).entry
    let logged = try ClientFingerprints(batch.bytes.span.bytes, entry.range)
    #expect(batch.bytes[logged.ja3.range].elementsEqual((isJA3 ? hash : "").utf8))
    #expect(batch.bytes[logged.ja4.range].elementsEqual((isJA4 ? hash : "").utf8))
  }

  @Test("damaged requests never trap, and every record is counted once", arguments: 1...20)
  func damaged(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let sender = SPIFFEID.of(payments)
    for _ in 0..<200 {
      var bytes: [UInt8] = try Request(
        resource: [("log_name", "flyball.inbound")],
        records: [labels, labels.shuffled(using: &random)]
      ).serializedBytes()
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = .random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.removeSubrange(place...)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      _ = try? LogExport.resource(of: bytes.span.bytes)  // Damage may or may not show.
      guard let export = try? LogExport(reading: bytes, sender: sender, isGateway: true)
      else { continue }
      var ledger = export.ledger
      for (listener, message) in export.messages {
        var stream = AccessLogStream(
          reporter: ProxyID(principal: sender, node: ""), listener: listener,
          attribution: Attribution(trustDomain: "shop.demo", services: ServiceMap([:])))
        ledger.add(stream.read(message, receivedAt: now).ledger)
      }
      #expect(ledger.received == UInt64(export.records))
    }
  }
}

struct ExportMemoryTests {
  @Test("an export is known again, by sender, until its own sender has sent many others")
  func recent() {
    var recent = RecentExports()
    func isNew(_ bytes: [UInt8], from sender: SPIFFEID) -> Bool {
      recent.insert(bytes, from: sender)
    }
    let (one, other) = (SPIFFEID.of(payments), SPIFFEID.of(reports))
    #expect(isNew([1], from: one))
    #expect(!isNew([1], from: one))
    #expect(isNew([1], from: other))
    #expect((0..<10_000).allSatisfy { isNew(Array("\($0)".utf8), from: other) })
    #expect(!isNew([1], from: one))
    #expect(isNew([1], from: other))
  }

  @Test("a proxy reports until it was silent for a minute; its replicas are bounded")
  func silence() {
    var proxies = ExportingProxies()
    func isNew(_ node: String, at second: Int64) -> Bool {
      proxies.note(
        ProxyID(principal: SPIFFEID.of(payments), node: node), at: Timestamp(seconds: second))
    }
    func silent(at second: Int64) -> [String] {
      proxies.takeSilent(at: Timestamp(seconds: second)).map(\.node)
    }
    #expect(isNew("a", at: 0))
    #expect(!isNew("a", at: 30))
    #expect(silent(at: 89).isEmpty)
    #expect(silent(at: 90) == ["a"])
    #expect(silent(at: 91).isEmpty)
    #expect(isNew("a", at: 92))
    #expect((0..<5_000).count { isNew("\($0)", at: 93) } == 1_023)
  }
}
