internal import CurlHTTP
internal import DemoMesh
internal import EnvoyAPI
internal import OpenTelemetryAPI
internal import SwiftProtobuf
internal import Synchronization
internal import Telemetry
@testable internal import TelemetryOTLP
internal import Testing

struct ExportServerTests {
  private typealias Answer = Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceResponse

  /// Runs the body against a server in plaintext.
  private func with(
    bodyTimeout: Duration = .seconds(10), _ body: (Fixture, _ send: Sender) async throws -> Void
  ) async throws {
    let fixture = Fixture()
    let port = FreePort.find(1)[0]
    let server = ExportServer(
      host: "127.0.0.1", port: port, security: .plaintext, identity: fixture.identity,
      intake: fixture.intake, bodyTimeout: bodyTimeout)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      let send = Sender(port: port)
      try await send.waitUntilListening()
      try await body(fixture, send)
      group.cancelAll()
    }
  }

  struct Sender {
    let port: Int
    private let connection = HTTPConnection()

    init(port: Int) {
      self.port = port
    }

    func callAsFunction(
      _ body: [UInt8], _ headers: [String], method: String = "POST", path: String = "/v1/logs"
    ) async throws -> HTTPResponse {
      try await connection.send(
        HTTPRequest(
          method: method, url: "http://127.0.0.1:\(port)\(path)", headers: headers, body: body))
    }

    func waitUntilListening() async throws {
      let deadline = ContinuousClock.now + .seconds(60)
      while ContinuousClock.now < deadline {
        if (try? await self([], [], path: "/")) != nil { return }  // Not listening yet.
        try await Task.sleep(for: .milliseconds(10))
      }
    }
  }

  @Test("an answer has the form of its request, and says what was refused")
  func forms() async throws {
    try await with { fixture, send in
      let json = try await send(Array(jsonExport.utf8), ["Content-Type: application/json"])
      #expect(json.status == 200)
      #expect(try Answer(jsonUTF8Bytes: json.body).partialSuccess.rejectedLogRecords == 1)
      let protobuf = try await send(
        GzipMaker.stored(try JSONExport.bytes(of: Array(jsonExport.utf8))),
        ["Content-Type: application/x-protobuf", "Content-Encoding: gzip"])
      #expect(protobuf.status == 200)
      // The same records in another form are the same export.
      #expect(try !Answer(serializedBytes: protobuf.body).hasPartialSuccess)
      #expect(fixture.sink.ledger.deduplicated == 2)
    }
  }

  @Test("a refusal has the status that the protocol has for it, and says why")
  func refusals() async throws {
    try await with { fixture, send in
      let json = "Content-Type: application/json"
      let protobuf = "Content-Type: application/x-protobuf"
      let large = [UInt8](repeating: 0x20, count: 5 << 20)
      for (body, headers, status) in [
        (Array("{".utf8), [json], 400), ([0xFF], [protobuf], 400), ([], [protobuf], 401),
        (Array("{}".utf8), ["Content-Type: text/plain"], 415),
        (Array("{}".utf8), [json, "Content-Encoding: br"], 415),
        (large, [json], 413), (large, [json, "Transfer-Encoding: chunked"], 413),
        (GzipMaker.bomb(repeats: 20_000), [protobuf, "Content-Encoding: gzip"], 413),
      ] as [([UInt8], [String], Int)] {
        #expect(try await send(body, headers).status == status, "\(headers)")
      }
      fixture.sink.state.withLock { $0.isFull = true }
      let full = try await send(Array(jsonExport.utf8), [json])
      #expect(full.status == 503)
      #expect(try Google_Rpc_Status(jsonUTF8Bytes: full.body).message.contains("waits"))
      #expect(try await send([], [], method: "GET").status == 404)
      #expect(try await send([], [protobuf], path: "/v1/traces").status == 404)
    }
  }

  @Test("who dribbles is cut off, and who is sent back is told when to come again")
  func wire() async throws {
    try await with(bodyTimeout: .milliseconds(300)) { fixture, send in
      let head =
        "POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      let slow = try await RawConnection.exchange(
        head + "Content-Length: 10\r\n\r\n{", port: send.port)
      #expect(slow.hasPrefix("HTTP/1.1 408"), "\(slow)")
      fixture.sink.state.withLock { $0.isFull = true }
      let full = try await RawConnection.exchange(
        head + "Content-Length: \(jsonExport.utf8.count)\r\n\r\n\(jsonExport)", port: send.port)
      #expect(full.hasPrefix("HTTP/1.1 503"), "\(full)")
      #expect(full.lowercased().contains("\r\nretry-after: 1\r\n"), "\(full)")
    }
  }

  @Test("one sender cannot take all the room for requests")
  func admission() {
    let admission = ExportAdmission()
    #expect((0..<20).count { _ in admission.enter("a") } == 8)
    #expect((0..<20).count { _ in admission.enter("b") } == 8)
    #expect((0..<40).count { admission.enter("\($0)") } == 16)
    admission.leave("a")
    #expect(!admission.enter("b"))
    #expect(admission.enter("a"))
  }
}
