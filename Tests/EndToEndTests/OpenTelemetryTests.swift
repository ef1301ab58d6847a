internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import GRPCCore
internal import MeshModel
internal import OpenTelemetryAPI
internal import SwiftProtobuf
internal import Testing

extension EndToEndTests {
  @Test(
    "with OpenTelemetry logs alone an attack is cut, proved, and the way back proved",
    .timeLimit(.minutes(2)), arguments: ["gRPC", "HTTP"])
  func openTelemetryLoop(transport: String) async throws {
    try await TestMesh.with(TestMesh.Times(calm: 2_000)) {
      $0.accessLog = .openTelemetry
      guard transport == "HTTP" else { return }
      let port = FreePort.find(1)[0]
      $0.accessLog = .openTelemetryHTTP(port: port)
      $0.logsPort = port
    } _: { run, load in
      let quarantined = try await TestMesh.attacking(run) { attack in
        let action = try await TestMesh.quarantined(run)
        try await run.wait(seconds: 15, for: "denials and innocent calls") {
          attack.trace.denied > 100 && load.innocents.counts.sent > 100
        }
        return action
      }
      #expect(quarantined.verdict == "effective")
      #expect(quarantined.proxies.count == 5)
      #expect(quarantined.proxies.allSatisfy { $0.accepted != nil })
      let innocents = load.innocents.take()
      #expect(innocents.succeeded == innocents.sent, "\(innocents.failures)")
      let released = try await run.waitForAction(seconds: 30, "the release") {
        $0.id == quarantined.id && $0.state == "released"
      }
      #expect(
        released.events?.contains { $0.detail.contains("baseline at 5 proxies") } == true,
        "\(released.events?.map(\.detail) ?? [])")
      let metrics = try await TestMesh.metrics(run)
      #expect(metrics.contains("flyball_entries_deduplicated_total 0.0"))
      for reason in ["not_own", "no_request", "unknown_listener", "no_peer_identity", "malformed"] {
        #expect(metrics.contains("flyball_entries_rejected_total{reason=\"\(reason)\"} 0.0"))
      }
    }
  }

  @Test(
    "logs over HTTP come from proved identities, and nobody corroborates itself",
    .timeLimit(.minutes(2)))
  func logsOverHTTP() async throws {
    let port = FreePort.find(1)[0]
    try await TestMesh.with {
      $0.logsPort = port
    } _: { run, _ in
      let foreign = try run.mesh.issue(["spiffe://other.demo/a"], name: "foreign")
      let nobody = try run.mesh.issue([], name: "nobody")
      let payments = try run.mesh.files(of: "payments")
      let lie = Self.accusation(of: "orders", by: "payments")
      #expect(await Self.post(lie, to: port, foreign)?.status == 403)
      #expect(await Self.post(lie, to: port, nobody)?.status == 401)
      #expect(await Self.post(lie, to: port, nil) == nil)
      #expect(await Self.post("{", to: port, payments)?.status == 400)
      // As the called side it speaks of itself; as the caller's side it speaks of another.
      let other = Self.accusation(of: "orders", by: "orders", log: "flyball.outbound")
      let refused = try #require(await Self.post(other, to: port, payments))
      #expect(refused.status == 200)
      #expect(refused.text.contains("60 not_own"), "\(refused.text)")
      for _ in 0..<2 { #expect(await Self.post(lie, to: port, payments)?.text == "{}") }
      let action = try await run.waitForAction(seconds: 10, "an action against orders") {
        $0.subject.hasSuffix("/orders")
      }
      #expect(action.stage == "throttle")
      let metrics = try await TestMesh.metrics(run)
      #expect(metrics.contains("flyball_entries_deduplicated_total 60.0"))
      #expect(metrics.contains("flyball_entries_rejected_total{reason=\"not_own\"} 60.0"))
      #expect(run.process("flyball")?.isRunning == true)
    }
  }

  @Test(
    "logs over gRPC come from proved identities; what is too large or packed is refused",
    .timeLimit(.minutes(2)))
  func logsOverGRPC() async throws {
    try await TestMesh.with { run, _ in
      let lie = try Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceRequest(
        jsonString: Self.accusation(of: "orders", by: "payments"))
      var large = lie
      large.resourceLogs[0].resource.attributes[0].value.stringValue = String(
        repeating: "x", count: 5 << 20)
      let payments = try FakeReporter(run.mesh, identity: "payments")
      let foreign = try FakeReporter(
        run.mesh, issuing: ["spiffe://other.demo/a"], name: "foreign")
      let nobody = try FakeReporter(run.mesh, issuing: [], name: "nobody")
      #expect(await Self.refusal { try await foreign.export(lie) } == .permissionDenied)
      #expect(await Self.refusal { try await nobody.export(lie) } == .unauthenticated)
      // The transport ends the stream before it has read so much, and cannot say why.
      #expect(await Self.refusal { try await payments.export(large) } == .unavailable)
      #expect(
        await Self.refusal { try await payments.export(lie, compression: .gzip) }
          == .unimplemented)
      #expect(try await run.client.actions().isEmpty)
      #expect(try await payments.export(lie) == .init())
      let action = try await run.waitForAction(seconds: 10, "an action against orders") {
        $0.subject.hasSuffix("/orders")
      }
      #expect(action.stage == "throttle")
    }
  }

  private static func refusal(_ body: () async throws -> some Any) async -> RPCError.Code? {
    await #expect(throws: RPCError.self) { _ = try await body() }?.code
  }

  /// Says in OpenTelemetry's JSON that `caller` asked for paths that do not exist.
  private static func accusation(
    of caller: String, by reporter: String, log: String = "flyball.inbound"
  ) -> String {
    func attribute(_ key: String, _ value: String) -> String {
      #"{"key": "\#(key)", "value": {"stringValue": "\#(value)"}}"#
    }
    let start = Int(Date().timeIntervalSince1970)
    let records = (0..<60).map { number in
      let attributes = [
        attribute("downstream_peer_uri_san", Workload.principal(caller).description),
        attribute("path", "/guess/\(number)"), attribute("response_code", "404"),
        attribute("upstream_cluster", "payments"),
      ]
      return #"{"timeUnixNano": "\#(start)000000000", "attributes": ["#
        + attributes.joined(separator: ", ") + "]}"
    }
    let resource = [
      attribute("log_name", log), attribute("node_name", "payments"),
      attribute("flyball.principal", Workload.principal(reporter).description),
    ]
    return
      #"{"resourceLogs": [{"resource": {"attributes": [\#(resource.joined(separator: ", "))]}, "#
      + #""scopeLogs": [{"logRecords": [\#(records.joined(separator: ", "))]}]}]}"#
  }

  /// Nil when there was no answer.
  private static func post(
    _ json: String, to port: Int, _ files: CertificateAuthority.Files?
  ) async -> HTTPResponse? {
    try? await HTTPConnection().send(  // No answer is a result too.
      HTTPRequest(
        method: "POST", url: "https://127.0.0.1:\(port)/v1/logs",
        headers: ["Content-Type: application/json"], body: Array(json.utf8),
        tls: files.map {
          HTTPRequest.ClientTLS(
            roots: $0.roots, certificate: $0.certificate, key: $0.key, verifiesName: false)
        }))
  }
}
