internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import EnvoyAPI
internal import Foundation
internal import GRPCCore
internal import Testing

extension EndToEndTests {
  @Test(
    "strangers, oversize and malformed input are refused, and nothing ends the process",
    .timeLimit(.minutes(2)))
  func badInput() async throws {
    try await TestMesh.with { run, _ in
      let mesh = run.mesh
      for (name, identities, code) in [
        ("foreign", ["spiffe://other.demo/ns/shop/sa/payments"], RPCError.Code.permissionDenied),
        ("nobody", [], .unauthenticated),
        ("reserved", ["spiffe://shop.demo/flyball/self-test"], .permissionDenied),
        ("place", ["spiffe://shop.demo/flyball/self-test/place-1"], .permissionDenied),
        (
          "two",
          ["spiffe://shop.demo/ns/shop/sa/a", "spiffe://shop.demo/ns/shop/sa/b"],
          .unauthenticated
        ), ("web", ["https://shop.demo/payments"], .unauthenticated),
      ] {
        let reporter = try FakeReporter(mesh, issuing: identities, name: name)
        let error = await #expect(throws: RPCError.self) {
          try await reporter.accuse("orders", count: 60)
        }
        #expect(error?.code == code, "\(name): \(error?.message ?? "")")
      }
      let genuine = try FakeReporter(mesh, identity: "payments")
      let unknownLog = await #expect(throws: RPCError.self) {
        try await genuine.send(logName: "other") { _ in }
      }
      #expect(unknownLog?.code == .invalidArgument)
      await #expect(throws: RPCError.self) {
        try await genuine.send(logName: "flyball.inbound") {
          $0.identifier.node.cluster = String(repeating: "x", count: 6 << 20)
        }
      }
      try await garbage(to: mesh.flyballPort)
      #expect(try await run.client.actions().isEmpty)
      #expect(run.process("flyball")?.isRunning == true)
      let metrics = try await TestMesh.metrics(run)
      #expect(metrics.contains("flyball_entries_received_total"))
      for path in ["livez", "readyz"] {
        #expect(
          await TestMesh.status(HTTPRequest(url: "http://127.0.0.1:\(mesh.healthPort)/\(path)"))
            == 200)
      }
    }
  }

  /// Plain HTTP where TLS is spoken.
  private func garbage(to port: Int) async throws {
    for body in [[UInt8](repeating: 0xFF, count: 100_000), Array("PRI * HTTP/2.0".utf8)] {
      _ = await TestMesh.status(
        HTTPRequest(
          method: "POST", url: "http://127.0.0.1:\(port)/", body: body, timeoutMilliseconds: 2_000))
    }
  }
}
