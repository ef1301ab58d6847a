internal import GRPCCore
internal import MeshModel
internal import MeshServerGRPC
internal import OpenTelemetryAPI
internal import SwiftProtobuf
internal import Synchronization
internal import Telemetry
@testable internal import TelemetryOTLP
internal import Testing

private let now = Timestamp(seconds: 1_700_000_060)

/// As OpenTelemetry's JSON writes it, with what Flyball does not read.
let jsonExport = """
  {"resourceLogs": [{
    "resource": {"attributes": [
      {"key": "log_name", "value": {"stringValue": "flyball.outbound"}},
      {"key": "node_name", "value": {"stringValue": "payments-1"}},
      {"key": "flyball.principal", "value": {"stringValue": "spiffe://shop.demo/ns/shop/sa/payments"}},
      {"key": "tags", "value": {"arrayValue": {"values": [{"stringValue": "a"}]}}}
    ], "droppedAttributesCount": 0},
    "scopeLogs": [{"scope": {"name": "s"}, "logRecords": [
      {"timeUnixNano": "1700000000000000000", "severityNumber": 9,
       "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
       "body": {"stringValue": "hello"},
       "attributes": [
         {"key": "http.request.method", "value": {"stringValue": "GET"}},
         {"key": "url.path", "value": {"stringValue": "/a"}},
         {"key": "http.response.status_code", "value": {"intValue": "404"}},
         {"key": "http.request.body.size", "value": {"intValue": 7}},
         {"key": "duration", "value": {"doubleValue": 1.5}},
         {"key": "server.address", "value": {"stringValue": "users"}}]},
      {"timeUnixNano": 1700000000000000001, "body": {"stringValue": "no access log"}}
    ]}]}]}
  """

/// An intake and where its observations go.
struct Fixture {
  let sink = CollectingSink()
  let intake: ExportIntake
  let identity = PeerIdentity.claimed(trustDomain: "shop.demo")

  init() {
    intake = ExportIntake(
      attribution: Attribution(trustDomain: "shop.demo", services: ServiceMap([:])),
      gateways: [], sink: sink, tap: sink, now: { now })
  }

  func take(_ body: ExportBody) async throws -> ExportIntake.Receipt {
    try await intake.take(body, peer: "test") { claim throws(RPCError) in
      try identity.identify(nil, claim: claim)
    }
  }

  func refusal(_ body: ExportBody) async -> RPCError.Code? {
    await #expect(throws: RPCError.self) { _ = try await take(body) }?.code
  }
}

struct ExportIntakeTests {
  private let body = ExportBody(bytes: Array(jsonExport.utf8), form: .json)

  @Test("JSON is read: numbers as texts or numbers, ids ignored, and what is refused is told")
  func json() async throws {
    let fixture = Fixture()
    let receipt = try await fixture.take(body)
    #expect(receipt.rejected == [.noRequest: 1])
    #expect(receipt.response.partialSuccess.rejectedLogRecords == 1)
    #expect(receipt.response.partialSuccess.errorMessage == "1 no_request")
    let seen = try #require(fixture.sink.observations.first)
    #expect(seen.start == Timestamp(seconds: 1_700_000_000))
    #expect(seen.requestBytes == 7)
    #expect(seen.durationMicroseconds == 1_500)
    #expect(fixture.sink.ledger.received == 2)
    #expect(fixture.sink.ledger.waiting == 1)
    #expect(fixture.sink.state.withLock { $0.reporting.map(\.node) } == ["payments-1"])
  }

  @Test("an export that comes again is answered with success, and counted as such only")
  func repeated() async throws {
    let fixture = Fixture()
    let first = try await fixture.take(body)
    let again = ExportBody(bytes: GzipMaker.stored(body.bytes), form: .json, isGzipped: true)
    let second = try await fixture.take(again)
    #expect(!first.rejected.isEmpty && second.rejected.isEmpty)
    #expect(!second.response.hasPartialSuccess)
    #expect(fixture.sink.ledger.received == 4)
    #expect(fixture.sink.ledger.deduplicated == 2)
    #expect(fixture.sink.ledger.waiting == 1)
    #expect(fixture.sink.observations.count == 1)
    #expect(fixture.sink.state.withLock { $0.recorded.map(\.listener) } == [.outbound])
  }

  @Test("an export that was sent back for lack of room is new when it comes again")
  func full() async throws {
    let fixture = Fixture()
    fixture.sink.state.withLock { $0.isFull = true }
    #expect(await fixture.refusal(body) == .unavailable)
    #expect(fixture.sink.ledger.received == 0)
    fixture.sink.state.withLock { $0.isFull = false }
    _ = try await fixture.take(body)
    #expect(fixture.sink.ledger.deduplicated == 0)
    #expect(fixture.sink.observations.count == 1)
  }

  @Test("damaged, oversize and unclaimed exports are refused, each in its way")
  func refusals() async throws {
    let fixture = Fixture()
    let cases: [(ExportBody, RPCError.Code)] = [
      (ExportBody(bytes: [0xFF]), .invalidArgument),
      (ExportBody(bytes: Array("{".utf8), form: .json), .invalidArgument),
      (ExportBody(bytes: [0xFF], isGzipped: true), .invalidArgument),
      (ExportBody(bytes: [], isGzipped: true), .invalidArgument),
      (
        ExportBody(bytes: GzipMaker.stored(body.bytes).dropLast(), form: .json, isGzipped: true),
        .invalidArgument
      ),
      (
        ExportBody(bytes: GzipMaker.stored(body.bytes) + [0], form: .json, isGzipped: true),
        .invalidArgument
      ),
      (ExportBody(bytes: Array(repeating: 0, count: 4 << 20 + 1)), .resourceExhausted),
      (ExportBody(bytes: GzipMaker.bomb(repeats: 20_000), isGzipped: true), .resourceExhausted),
      (ExportBody(bytes: []), .unauthenticated),
      (
        ExportBody(
          bytes: Array(String(repeating: #"{"a":"#, count: 100_000).utf8), form: .json),
        .invalidArgument
      ),
      (
        ExportBody(
          bytes: Array(("[" + String(repeating: "{},", count: 300_000)).utf8), form: .json),
        .invalidArgument
      ),
    ]
    for (body, code) in cases { #expect(await fixture.refusal(body) == code) }
    #expect(
      fixture.sink.ledger.rejected == [
        .malformed: UInt64(cases.count { $0.1 == .invalidArgument })
      ])
    #expect(fixture.sink.observations.isEmpty)
  }

  @Test("a bomb within the bound unpacks, a byte more does not")
  func bound() throws {
    let packed = GzipMaker.stored(Array(repeating: 1, count: 1_000))
    #expect(try Gzip.unpack(packed, limit: 1_000).count == 1_000)
    #expect(throws: Gzip.Failure.tooLarge) { try Gzip.unpack(packed, limit: 999) }
  }

  @Test("damaged JSON and gzip never trap", arguments: 1...10)
  func damaged(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let fixture = Fixture()
    for _ in 0..<100 {
      let isGzipped = Bool.random(using: &random)
      var bytes = isGzipped ? GzipMaker.stored(body.bytes) : body.bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = .random(in: .min ... .max, using: &random)
        case 1: bytes.insert(bytes.randomElement(using: &random) ?? 0, at: place)
        default: bytes.remove(at: place)
        }
      }
      _ = try? await fixture.take(  // Damage may or may not show.
        ExportBody(bytes: bytes, form: .json, isGzipped: isGzipped))
    }
    #expect(fixture.sink.ledger.waiting == UInt64(fixture.sink.observations.count))
  }
}
