internal import Actuators
internal import ActuatorsXDS
internal import CurlHTTP
internal import DemoMesh
internal import Foundation
internal import LoopRuntime
internal import MeshModel
internal import MeshServerGRPC
internal import Synchronization
internal import Telemetry
internal import TelemetryGRPC

/// Real Envoys whose control plane is the test itself: no engine, no history, no detection.
final class ControlledMesh: Sendable {
  private let mesh: ShopMesh
  private let plane: ControlPlane
  private let clock = LoopClock()
  private let seen = SeenEffects()
  private let state = Mutex(State())

  private struct State {
    var generation: UInt64 = 0
    var nextAction: UInt64 = 1_000
    var reports: [ProxyID: ProxyReport] = [:]
  }

  private static let attached = ["payments", "reports", "users"]

  private init(faults: [String: Bootstrap.Fault]) throws {
    var options = ShopMesh.Options(
      policies: [:], envoy: try DemoPaths.envoy(root: TestMesh.root), flyball: "",
      folder: FileManager.default.temporaryDirectory.path
        + "/flyball-test-\(UInt32.random(in: 0 ... .max))")
    options.workloads = TestMesh.workloads.map { workload in
      var workload = workload
      if workload.name == "users" { workload.calls = ["payments"] }
      return workload
    }
    options.hasGateway = false
    options.faults = faults
    mesh = try ShopMesh(options)
    let clock = clock
    plane = ControlPlane(prober: Workload.principal("flyball"), now: { clock.now() })
  }

  static func with(
    faults: [String: Bootstrap.Fault] = [:], _ body: (ControlledMesh) async throws -> Void
  ) async throws {
    let mesh = try ControlledMesh(faults: faults)
    defer { try? FileManager.default.removeItem(atPath: mesh.mesh.options.folder) }  // Temporary.
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await mesh.mesh.runApplications() }
      group.addTask { try await mesh.server().run() }
      group.addTask {
        for await report in mesh.plane.reports {
          mesh.state.withLock { $0.reports[report.proxy] = report }
        }
      }
      try await mesh.withEnvoys {
        try await mesh.waitUntilAccepted()
        try await body(mesh)
      }
      // What ends after the body ends because it is cancelled.
      group.cancelAll()
      while await group.nextResult() != nil {}
    }
  }

  /// They end before the server does: one that connects while the server is cancelled would trap
  /// in swift-nio 2.101.2 (an asynchronous writer that nobody finished).
  private func withEnvoys(_ body: () async throws -> Void) async throws {
    let envoys = try Self.attached.map { try mesh.startEnvoy($0) }
    defer {
      for envoy in envoys { envoy.kill() }
      for envoy in envoys { envoy.waitUntilExit() }
    }
    try await body()
  }

  func now() -> Timestamp { clock.now() }

  /// Quarantines a workload; returns once every Envoy has accepted it.
  @discardableResult
  func quarantine(_ name: String, until end: Timestamp) async throws -> ActionID {
    try await enforce(.quarantine, on: name, until: end)
  }

  /// Does anything to a workload, or shadows it; returns once every Envoy has accepted it.
  @discardableResult
  func enforce(
    _ stage: Stage, isShadow: Bool = false, on name: String, until end: Timestamp
  ) async throws -> ActionID {
    let action = action(for: name)
    await apply(
      action, .workload(Workload.principal(name)), stage, isShadow: isShadow, until: end)
    try await waitUntilAccepted()
    return action
  }

  /// Quarantines many at once, each with a deadline of its own.
  func quarantine(_ names: [String], lasting milliseconds: Int64) async throws {
    for (index, name) in names.enumerated() {
      await apply(
        action(for: name), .workload(Workload.principal(name)),
        until: now().adding(milliseconds: milliseconds + Int64(index)))
    }
    try await waitUntilAccepted()
  }

  @discardableResult
  func quarantineClient(_ address: String, at gateway: String) async throws -> ActionID {
    guard let block = IPPrefix(client: address) else { throw DemoError("no address: \(address)") }
    let action = action(for: address)
    await apply(
      action, .client(block, at: Workload.principal(gateway)),
      until: now().adding(milliseconds: 60_000))
    try await waitUntilAccepted()
    return action
  }

  func release(_ action: ActionID) async throws {
    await plane.withdraw(action, generation: nextGeneration())
    try await waitUntilAccepted()
  }

  /// The status of a call with the caller's certificate, around its sidecar.
  func call(
    from caller: String, to destination: String, headers: [String] = [],
    on connection: HTTPConnection = HTTPConnection()
  ) async -> Int {
    var request = mesh.bypass(from: caller, to: destination, path: "/pay")
    request.headers += headers
    return await TestMesh.status(request, on: connection)
  }

  /// The status of a probe of an action, asked with the certificate of `prober`.
  func probe(
    _ action: ActionID, at destination: String, as prober: String = "flyball"
  ) async -> Int {
    var request = mesh.bypass(from: prober, to: destination, path: action.probePath)
    request.method = "OPTIONS"
    return await TestMesh.status(request)
  }

  /// The status of a call through the caller's own sidecar.
  func sends(_ caller: String, to destination: String) async -> Int {
    await TestMesh.status(mesh.request(from: caller, to: destination, path: "/pay"))
  }

  /// The status of a call by somebody who shows no certificate.
  func callsUnknown(_ destination: String, isEncrypted: Bool) async throws -> Int {
    let address = "127.0.0.1:\(mesh.ports[destination]?.inbound ?? 0)/pay"
    let request = HTTPRequest(
      url: isEncrypted ? "https://\(address)" : "http://\(address)",
      headers: ["Host: \(destination)"],
      tls: isEncrypted
        ? .init(roots: try mesh.files(of: destination).roots, verifiesName: false) : nil,
      timeoutMilliseconds: 3_000)
    return await TestMesh.status(request)
  }

  /// Waits until the access logs have named the actions as those that denied.
  func sees(_ actions: Set<ActionID>) async throws {
    for action in actions { try await sees(.denied(action)) }
  }

  /// Waits until the access logs have told the effect.
  func sees(_ effect: Findings.Sighting.Effect) async throws {
    try await wait("\(effect)") { self.seen.count(of: effect) > 0 }
  }

  /// How often the access logs have told the effect.
  func count(of effect: Findings.Sighting.Effect) -> Int { seen.count(of: effect) }

  /// Workloads `w<number>` have the action of that number.
  private func action(for name: String) -> ActionID {
    if name.hasPrefix("w"), let number = UInt64(name.dropFirst()) {
      return ActionID(number: number)
    }
    return state.withLock {
      $0.nextAction += 1
      return ActionID(number: $0.nextAction)
    }
  }

  private func nextGeneration() -> UInt64 {
    state.withLock {
      $0.generation += 1
      return $0.generation
    }
  }

  private func apply(
    _ action: ActionID, _ subject: Subject, _ stage: Stage = .quarantine, isShadow: Bool = false,
    until end: Timestamp
  ) async {
    await plane.apply(
      Enforcement(
        action: action, subject: subject, stage: stage, isShadow: isShadow, notAfter: end),
      generation: nextGeneration())
  }

  private func waitUntilAccepted() async throws {
    try await wait("every Envoy to accept") {
      self.state.withLock { state in
        Self.attached.allSatisfy { name in
          state.reports.values.contains {
            $0.proxy.node == name && $0.isAttached && $0.generation == state.generation
              && $0.filters.count == Filter.allCases.count
              && $0.filters.values.allSatisfy { $0 == .accepted }
          }
        }
      }
    }
  }

  private func wait(_ what: String, _ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !condition() {
      guard ContinuousClock.now < deadline else {
        throw DemoError(
          "waited for \(what): \(state.withLock { $0.reports.values.map(\.filters) })")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private func server() throws -> MeshServer {
    let own = try mesh.files(of: "flyball")
    let identity = PeerIdentity.certificate(trustDomain: Workload.trustDomain)
    let clock = clock
    return MeshServer(
      host: "127.0.0.1", port: mesh.flyballPort,
      security: .mutualTLS(
        certificatePath: own.certificate, keyPath: own.key, rootsPath: own.roots),
      services: [
        DiscoveryService(identity: identity, controlPlane: plane),
        AccessLogService(
          identity: identity,
          attribution: Attribution(trustDomain: Workload.trustDomain, services: ServiceMap([:])),
          gateways: [], sink: seen, tap: NoTap(), now: { clock.now() }),
      ])
  }
}

/// Keeps what the access logs told of actions.
private final class SeenEffects: ObservationSink {
  private let state = Mutex<[Findings.Sighting.Effect: Int]>([:])

  func count(of effect: Findings.Sighting.Effect) -> Int { state.withLock { $0[effect] ?? 0 } }

  func receive(_ batch: ObservationBatch, _ ledger: IngestLedger) {
    state.withLock { seen in
      for observation in batch.observations {
        switch observation.outcome {
        case .denied(let action): seen[.denied(action), default: 0] += 1
        case .rerouted(let action): seen[.rerouted(action), default: 0] += 1
        case .limited: seen[.limited, default: 0] += 1
        case .answered, .connected, .unreachable: seen[.served, default: 0] += 1
        }
      }
      for mark in batch.marks {
        switch mark.kind {
        case .denied(let action): seen[.denied(action), default: 0] += 1
        case .wouldDeny(let action): seen[.wouldDeny(action), default: 0] += 1
        case .wouldReroute(let action): seen[.wouldReroute(action), default: 0] += 1
        case .admitted: seen[.admitted, default: 0] += 1
        }
      }
    }
  }

  func receive(_ ledger: IngestLedger) {}
  func isFull(for reporter: SPIFFEID) -> Bool { false }
  func stream(of proxy: ProxyID, isOpen: Bool) async {}
}

private struct NoTap: MessageTap {
  func note(_ message: [UInt8], from source: RecordedSource, receivedAt: Timestamp) {}
}
