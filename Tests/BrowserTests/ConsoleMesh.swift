internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import LoopRuntime
internal import MeshModel

/// A shop behind real Envoys, a daemon that serves its console, and operators with tokens.
enum ConsoleMesh {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private static let workloads = [
    Workload("frontend", paths: ["/"], calls: ["orders", "users"]),
    Workload("orders", paths: ["/cart", "/export"], calls: ["payments", "users"]),
    Workload("payments", paths: ["/pay"], loginPath: "/login", calls: []),
    Workload("reports", paths: ["/daily"], calls: ["orders", "payments", "users"]),
    Workload("users", paths: ["/profile"], calls: []),
  ]

  /// A person decides; what was decided stays until somebody takes it back.
  private static func policy(approvals: Int) -> String {
    """
    apiVersion: flyball.dev/v1alpha1
    kind: ResponsePolicy
    metadata: {name: lateral-movement}
    spec:
      mode: approve
      match: [{score: {detector: lateral-movement, above: 0.99}}]
      steps: [{action: quarantine, approval: {count: \(approvals)}}]
      verify: {within: 5s}
      revert: {ttl: 10m, when: {scoreBelow: 0.4, for: 5m}}
      guardrails: {maxActive: 5, cooldown: 1s}

    """
  }

  struct Run: Sendable {
    let mesh: MeshRun
    let load: BenignLoad
    let console: String
    /// Of `alice` and `bob`, who may do everything, and `victor`, who may only look.
    let alice: String
    let bob: String
    let victor: String
  }

  /// `approvals`: how many must agree to what the policy asks for.
  static func with(
    approvals: Int = 1, _ body: @escaping @Sendable (Run) async throws -> Void
  ) async throws {
    let port = FreePort.find(1)[0]
    let folder =
      FileManager.default.temporaryDirectory.path
      + "/flyball-browser-mesh-\(UInt32.random(in: 0 ... .max))"
    var options = ShopMesh.Options(
      policies: ["lateral-movement.yaml": policy(approvals: approvals)],
      envoy: try DemoPaths.envoy(root: root),
      flyball: root + "/.build/debug/flyball", folder: folder)
    options.workloads = workloads
    options.selfTest = "off"
    options.configuration = """
      rules: \(root)/rules/sigma
      api:
        listen: 127.0.0.1:\(port)
        insecure: true
        tokens: tokens.yaml
        operators:
        - {name: alice, grants: [{role: admin, namespaces: all}]}
        - {name: bob, grants: [{role: admin, namespaces: all}]}
        - {name: victor, grants: [{role: viewer, namespaces: all}]}
      """
    let mesh = MeshRun(try ShopMesh(options))
    defer {
      mesh.stop()
      try? FileManager.default.removeItem(atPath: folder)  // Only temporary files.
    }
    let run = Run(
      mesh: mesh, load: BenignLoad(mesh: mesh.mesh, seed: 1), console: "http://127.0.0.1:\(port)",
      alice: try await token(of: "alice", mesh.mesh), bob: try await token(of: "bob", mesh.mesh),
      victor: try await token(of: "victor", mesh.mesh))
    try await withThrowingTaskGroup(of: Void.self) { applications in
      applications.addTask { try await mesh.mesh.runApplications() }
      // A server that is cancelled while it accepts a connection ends the process (SwiftNIO 2.101).
      defer { mesh.stop() }
      try await attached(run, body)
      mesh.stop()
      applications.cancelAll()
      try await end(of: &applications)
    }
  }

  private static func attached(
    _ run: Run, _ body: @escaping @Sendable (Run) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      try await run.mesh.startFlyball()
      try run.mesh.startEnvoys()
      try await run.mesh.waitUntilAttached()
      group.addTask { try await run.load.run() }
      try await run.mesh.waitUntilReporting(["frontend", "orders", "payments", "users"])
      do {
        try await body(run)
      } catch {
        throw DemoError("\(error)\n\(run.mesh.process("flyball")?.lastOutput ?? "")")
      }
      group.cancelAll()
      try await end(of: &group)
    }
  }

  /// Waits for cancelled tasks; only other errors count.
  private static func end(of group: inout ThrowingTaskGroup<Void, any Error>) async throws {
    while let result = await group.nextResult() {
      if case .failure(let error) = result, !(error is CancellationError) { throw error }
    }
  }

  /// `reports` attacks while the body runs.
  static func attacking(_ run: Run, _ body: () async throws -> Void) async throws {
    let clock = LoopClock()
    let attack = Attack(
      mesh: run.mesh.mesh, from: "reports", targets: ["orders", "payments", "users"],
      pauseMilliseconds: 20, now: { clock.now() })
    let task = Task { try await attack.run(seed: 1) }
    defer { task.cancel() }
    try await body()
  }

  /// A token as an operator gets one: from the command line.
  private static func token(of name: String, _ mesh: ShopMesh) async throws -> String {
    let program = Process()
    let output = Pipe()
    program.executableURL = URL(fileURLWithPath: root + "/.build/debug/flyball")
    program.arguments = ["token", "create", "--config", mesh.configurationPath, "--operator", name]
    program.standardOutput = output
    program.standardError = FileHandle.nullDevice
    try program.run()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    program.waitUntilExit()
    let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard token.hasPrefix("flyball_") else { throw DemoError("no token for \(name): \(text)") }
    return token
  }
}
