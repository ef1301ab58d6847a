internal import ControlViews
internal import ControlClient
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import LoopRuntime
internal import MeshModel

/// A shop behind real Envoys for one test; every process ends with it.
enum TestMesh {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static let workloads = [
    Workload("frontend", paths: ["/"], calls: ["orders", "users"]),
    Workload("orders", paths: ["/cart", "/export"], calls: ["payments", "users"]),
    Workload("payments", paths: ["/pay"], loginPath: "/login", calls: []),
    Workload("reports", paths: ["/daily"], calls: ["orders", "payments", "users"]),
    Workload("users", paths: ["/profile"], calls: []),
  ]

  /// Times of the policy, in milliseconds.
  struct Times {
    var ttl = 60_000
    var calm = 300_000
    var within = 3_000
    var onFailure = "revert"
  }

  static func policies(_ times: Times) -> [String: String] {
    var policies: [String: String] = [:]
    for detector in ["lateral-movement", "auth-failures"] {
      policies["\(detector).yaml"] = """
        apiVersion: flyball.dev/v1alpha1
        kind: ResponsePolicy
        metadata: {name: \(detector)}
        spec:
          match: [{score: {detector: \(detector), above: 0.99}}]
          steps: [{action: quarantine, withoutWitness: {throttle: {rate: 20/s, burst: 40}}}]
          verify: {within: \(times.within)ms, onFailure: \(times.onFailure)}
          revert:
            ttl: \(times.ttl)ms
            when: {scoreBelow: 0.4, for: \(times.calm)ms}
            through: {rate: 100/s, burst: 100}
          guardrails: {maxActive: 5, cooldown: 1s}

        """
    }
    return policies
  }

  /// Runs the body with everything up and benign load flowing.
  static func with(
    _ times: Times = Times(), configure: (inout ShopMesh.Options) throws -> Void = { _ in },
    beforeEnvoys: @Sendable (MeshRun) async throws -> Void = { _ in },
    _ body: @escaping @Sendable (MeshRun, BenignLoad) async throws -> Void
  ) async throws {
    var options = ShopMesh.Options(
      policies: policies(times), envoy: try DemoPaths.envoy(root: root),
      flyball: root + "/.build/debug/flyball",
      folder: FileManager.default.temporaryDirectory.path
        + "/flyball-test-\(UInt32.random(in: 0 ... .max))")
    options.workloads = workloads
    options.hasGateway = false
    options.selfTest = "off"
    try configure(&options)
    let run = MeshRun(try ShopMesh(options))
    defer {
      run.stop()
      try? FileManager.default.removeItem(atPath: options.folder)  // Only temporary files.
    }
    let load = BenignLoad(mesh: run.mesh, seed: 1)
    try await withThrowingTaskGroup(of: Void.self) { applications in
      applications.addTask { try await run.mesh.runApplications() }
      // A server that is cancelled while it accepts a connection ends the process (SwiftNIO 2.101).
      defer { run.stop() }
      try await attached(run, load, except: Set(options.faults.keys), beforeEnvoys, body)
      run.stop()
      applications.cancelAll()
      try await end(of: &applications)
    }
  }

  private static func attached(
    _ run: MeshRun, _ load: BenignLoad, except faulty: Set<String>,
    _ beforeEnvoys: @Sendable (MeshRun) async throws -> Void,
    _ body: @escaping @Sendable (MeshRun, BenignLoad) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      try await run.startFlyball()
      try await beforeEnvoys(run)
      try run.startEnvoys()
      try await run.waitUntilAttached(except: faulty)
      group.addTask { try await load.run() }
      try await run.waitUntilReporting(["frontend", "orders", "payments", "users"])
      _ = load.innocents.take()
      do {
        try await body(run, load)
      } catch {
        throw DemoError("\(error)\n\(run.process("flyball")?.lastOutput ?? "")")
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

  /// Runs the body while a workload attacks.
  static func attacking<Value: Sendable>(
    _ run: MeshRun, from attacker: String = "reports",
    targets: [String] = ["orders", "payments", "users"],
    _ body: (Attack) async throws -> Value
  ) async throws -> Value {
    let clock = LoopClock()
    let attack = Attack(
      mesh: run.mesh, from: attacker, targets: targets, now: { clock.now() })
    let task = Task { try await attack.run(seed: 1) }
    defer { task.cancel() }
    return try await body(attack)
  }

  /// Waits for the quarantine of `reports` to be proved.
  static func quarantined(
    _ run: MeshRun, _ name: String = "reports"
  ) async throws -> ActionView {
    try await run.waitForAction(seconds: 15, "a proved quarantine") {
      $0.state == "holding" && $0.stage == "quarantine" && $0.subject.hasSuffix("/\(name)")
    }
  }

  static func metrics(_ run: MeshRun) async throws -> String {
    try await HTTPConnection().send(
      HTTPRequest(url: "http://127.0.0.1:\(run.mesh.healthPort)/metrics")
    ).text
  }

  /// The status of one request, 0 for none.
  static func status(
    _ request: HTTPRequest, on connection: HTTPConnection = HTTPConnection()
  ) async -> Int {
    (try? await connection.send(request).status) ?? 0  // No answer counts as 0.
  }
}
