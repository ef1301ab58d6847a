internal import Actuators
internal import ActuatorsXDS
internal import ArgumentParser
internal import DemoMesh
internal import Foundation
internal import MeshModel
internal import MeshServerGRPC

struct PushCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Quarantine one more subject at a real Envoy, again and again, until acknowledged.")

  @Option(help: "Subjects in quarantine, the changing one included.")
  var subjects = 100

  @Option(help: "Changes to measure.")
  var changes = 60

  @Option(help: "The Envoy binary.")
  var envoy: String

  @Argument(help: "A folder for certificates, configuration and logs.")
  var folder: String

  func run() async throws {
    let plane = ControlPlane(
      prober: Workload.principal("flyball"), now: { Quarantine.now() })
    for number in 1..<max(1, subjects) {
      await plane.apply(Quarantine.of(number), generation: 0)
    }
    var options = ShopMesh.Options(policies: [:], envoy: envoy, flyball: "", folder: folder)
    options.workloads = [Workload("payments", paths: ["/pay"], calls: [])]
    options.hasGateway = false
    let mesh = try ShopMesh(options)
    let own = try mesh.files(of: "flyball")
    let server = MeshServer(
      host: "127.0.0.1", port: mesh.flyballPort,
      security: .mutualTLS(
        certificatePath: own.certificate, keyPath: own.key, rootsPath: own.roots),
      services: [
        DiscoveryService(
          identity: .certificate(trustDomain: Workload.trustDomain), controlPlane: plane)
      ])
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      let sidecar = try mesh.startEnvoy("payments")
      defer { sidecar.kill() }
      try await measure(plane)
      group.cancelAll()
    }
  }

  private func measure(_ plane: ControlPlane) async throws {
    var reports = plane.reports.makeAsyncIterator()
    while let report = await reports.next(), !report.isInForce(0) {}
    var acknowledged: [Double] = []
    var handed: [Double] = []
    let changing = Quarantine.of(0)
    for change in 1...UInt64(max(1, changes)) {
      let start = ContinuousClock.now
      await plane.apply(changing, generation: 2 * change - 1)
      handed.append(start.milliseconds)
      while let report = await reports.next(), !report.isInForce(2 * change - 1) {}
      acknowledged.append(start.milliseconds)
      await plane.withdraw(changing.action, generation: 2 * change)
      while let report = await reports.next(), !report.isInForce(2 * change) {}
    }
    print(
      """
      {"subjects": \(subjects), "changes": \(changes), "handedP50": \(handed.quantile(0.5)), \
      "least": \(acknowledged.quantile(0)), "p50": \(acknowledged.quantile(0.5)), \
      "p95": \(acknowledged.quantile(0.95))}
      """)
  }
}

/// The quarantines of a benchmark, each with a deadline of its own.
enum Quarantine {
  static func of(_ number: Int) -> Enforcement {
    Enforcement(
      action: ActionID(number: UInt64(number)),
      subject: .workload(Workload.principal("w\(number)")),
      stage: .quarantine, notAfter: now().adding(milliseconds: 3_600_000 + Int64(number) * 1_000))
  }

  static func now() -> Timestamp {
    Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
  }
}

extension ProxyReport {
  fileprivate func isInForce(_ generation: UInt64) -> Bool {
    self.generation == generation && isAttached && filters.count == Filter.allCases.count
      && filters.values.allSatisfy { $0 == .accepted }
  }
}

extension ContinuousClock.Instant {
  fileprivate var milliseconds: Double { duration(to: .now) / .milliseconds(1) }
}

extension [Double] {
  /// Zero is the least.
  fileprivate func quantile(_ part: Double) -> Double {
    sorted()[Swift.min(count - 1, Int(Double(count) * part))]
  }
}
