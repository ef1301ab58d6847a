internal import ControlViews
internal import ControlClient
internal import CurlHTTP
@testable internal import DemoMesh
internal import Foundation
internal import Glibc
internal import MeshModel
internal import Testing

struct DeployTests {
  @Test(
    "the shipped sidecar bootstraps are what the demonstration and the tests run",
    arguments: [
      ("sidecar.yaml", Bootstrap.AccessLog.service),
      ("sidecar-opentelemetry.yaml", .openTelemetry),
    ])
  func sidecar(name: String, accessLog: Bootstrap.AccessLog) throws {
    let folder = "/etc/flyball/certificates"
    let bootstrap = Bootstrap(
      node: "orders-1", principal: Workload.principal("orders"),
      files: CertificateAuthority.Files(
        certificate: "\(folder)/orders.pem", key: "\(folder)/orders.key",
        roots: "\(folder)/roots.pem"),
      inboundPort: 15006, outboundPort: 15001, admin: .port(15000), applicationPort: 8080,
      decoyPort: 8081, flyballPort: 15010, flushMilliseconds: 50,
      peers: [
        Bootstrap.Peer(
          name: "payments", principal: Workload.principal("payments"), port: 16006)
      ], isGateway: false, fault: nil, accessLog: accessLog)
    let file = URL(fileURLWithPath: TestMesh.root + "/deploy/envoy/\(name)")
    let heading = """
      # A sidecar of the workload `orders`, which calls `payments`. Everything is on loopback here; put your
      # own addresses in. The test suite holds this file equal to what \(
        accessLog == .service ? "`flyball demo` runs." : "its end-to-end tests run.")

      """
    if ProcessInfo.processInfo.environment["FLYBALL_GOLDEN"] == "write" {
      try (heading + bootstrap.yaml).write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == heading + bootstrap.yaml)
  }
}

extension EndToEndTests {
  @Test("a bad policy at reload leaves the last good ones in force", .timeLimit(.minutes(1)))
  func reload() async throws {
    try await TestMesh.with { run, _ in
      let folder = run.mesh.options.folder + "/policies/"
      let daemon = try #require(run.process("flyball"))
      try "kind: nonsense".write(
        toFile: folder + "zz.yaml", atomically: true, encoding: .utf8)
      daemon.signal(SIGHUP)
      try await run.wait(seconds: 5, for: "the mistakes in the log") {
        daemon.lastOutput.contains("the last good policies and rules stay")
      }
      #expect(try await run.client.status().policies.count == 2)
      try FileManager.default.removeItem(atPath: folder + "zz.yaml")
      try FileManager.default.removeItem(atPath: folder + "auth-failures.yaml")
      daemon.signal(SIGHUP)
      try await run.wait(seconds: 5, for: "the new policies") {
        try await run.client.status().policies == ["lateral-movement"]
      }
    }
  }
}
