package import CurlHTTP
internal import Foundation
internal import MeshModel
internal import ServiceLifecycle
internal import Synchronization

/// A shop on loopback: each workload a small application behind a real Envoy sidecar, with mutual
/// TLS between them, an ingress gateway, and a Flyball daemon.
package final class ShopMesh: Sendable {
  package struct Options: Sendable {
    package var workloads: [Workload] = Workload.shop
    package var hasGateway = true
    package var flushMilliseconds = 50
    /// How the Envoys report; with `logsPort`, Flyball listens there for logs over HTTP.
    package var accessLog = Bootstrap.AccessLog.service
    package var logsPort: Int?
    /// Whether the gateway takes TLS too, logs how clients open it, and tells them.
    package var takesFingerprints = false
    package var policies: [String: String]
    /// How often the loop tests itself; nil for the daemon's default.
    package var selfTest: String?
    /// Where probes of these workloads go instead of their inbound listeners.
    package var probePorts: [String: Int] = [:]
    /// Further lines of the daemon's configuration.
    package var configuration = ""
    /// By workload, what it asks another for while it answers: without that its answer is 503.
    package var needs: [String: Need] = [:]
    /// Faults by workload.
    package var faults: [String: Bootstrap.Fault] = [:]
    /// Workloads whose admin interface listens on a unix socket.
    package var adminSockets: Set<String> = []
    /// The daemon's port as these workloads see it, when something stands in between.
    package var flyballPorts: [String: Int] = [:]
    package var flyballPort: Int?
    package var envoy: String
    package var flyball: String
    /// Emptied first.
    package var folder: String

    package init(policies: [String: String], envoy: String, flyball: String, folder: String) {
      self.policies = policies
      self.envoy = envoy
      self.flyball = flyball
      self.folder = folder
    }
  }

  package struct Need: Sendable {
    package var destination: String
    package var path: String

    package init(_ destination: String, _ path: String) {
      self.destination = destination
      self.path = path
    }
  }

  package struct Ports: Sendable {
    package var inbound: Int
    package var outbound: Int
    package var admin: Int
    package var application: Int
  }

  package let options: Options
  package let flyballPort: Int
  package let healthPort: Int
  private let decoyPort: Int
  package let ports: [String: Ports]
  private let outages = Mutex<Set<String>>([])
  private let files: [String: CertificateAuthority.Files]
  private let authority: CertificateAuthority

  package init(_ options: Options) throws {
    self.options = options
    try Self.prepare(options.folder)
    authority = try CertificateAuthority(folder: options.folder + "/certificates")
    let names = options.workloads.map(\.name) + (options.hasGateway ? ["ingress"] : [])
    var free = FreePort.find(names.count * 4 + 3)
    healthPort = free.removeLast()
    decoyPort = free.removeLast()
    let spare = free.removeLast()
    flyballPort = options.flyballPort ?? spare
    var ports: [String: Ports] = [:]
    var files: [String: CertificateAuthority.Files] = [:]
    for name in names {
      ports[name] = Ports(
        inbound: free.removeLast(), outbound: free.removeLast(), admin: free.removeLast(),
        application: free.removeLast())
      files[name] = try authority.issue([Workload.principal(name).description], name: name)
    }
    files["flyball"] = try authority.issue(
      [Workload.principal("flyball").description], name: "flyball")
    self.ports = ports
    self.files = files
    try writeConfiguration()
  }

  /// The certificate of a workload.
  package func files(of name: String) throws -> CertificateAuthority.Files {
    guard let files = files[name] else { throw DemoError("no certificate for \(name)") }
    return files
  }

  /// A certificate of the mesh's authority with these URI names.
  package func issue(_ identities: [String], name: String) throws -> CertificateAuthority.Files {
    try authority.issue(identities, name: name)
  }

  /// Every node the daemon should see.
  package var nodes: [String] { ports.keys.sorted() }

  package var socketPath: String { options.folder + "/flyball.sock" }
  package var configurationPath: String { options.folder + "/flyball.yaml" }

  /// From now on the workload answers every request with 503.
  package func fail(_ workload: String) {
    outages.withLock { _ = $0.insert(workload) }
  }

  /// Runs the applications until the task is cancelled.
  package func runApplications() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for workload in options.workloads {
        guard let port = ports[workload.name]?.application else { continue }
        group.addTask {
          try await WorkloadServer(
            workload: workload, port: port, isDown: { await self.isDown(workload.name) }
          ).run()
        }
      }
      group.addTask { try await DecoyServer(port: self.decoyPort).run() }
    }
  }

  private func isDown(_ name: String) async -> Bool {
    if outages.withLock({ $0.contains(name) }) { return true }
    guard let need = options.needs[name] else { return false }
    let answer = try? await HTTPConnection().send(  // No answer is no help either.
      request(from: name, to: need.destination, path: need.path))
    return answer?.status != 200
  }

  package func startFlyball() throws -> ChildProcess {
    try ChildProcess(
      name: "flyball", executable: options.flyball,
      arguments: ["run", "--config", configurationPath],
      logPath: options.folder + "/flyball-\(UInt16.random(in: 0 ... .max)).log")
  }

  package func startEnvoy(_ name: String) throws -> ChildProcess {
    guard let ports = ports[name], let files = files[name] else {
      throw DemoError("no workload \(name)")
    }
    let isGateway = name == "ingress"
    let calls =
      isGateway ? ["frontend"] : options.workloads.first { $0.name == name }?.calls ?? []
    let bootstrap = Bootstrap(
      node: name, principal: Workload.principal(name), files: files,
      inboundPort: ports.inbound, outboundPort: ports.outbound, admin: admin(of: name),
      applicationPort: ports.application, decoyPort: decoyPort,
      flyballPort: options.flyballPorts[name] ?? flyballPort,
      flushMilliseconds: options.flushMilliseconds,
      peers: calls.compactMap { peer in
        self.ports[peer].map {
          Bootstrap.Peer(name: peer, principal: Workload.principal(peer), port: $0.inbound)
        }
      }, isGateway: isGateway, fault: options.faults[name], accessLog: options.accessLog,
      takesFingerprints: options.takesFingerprints && isGateway)
    let path = options.folder + "/envoy-\(name).yaml"
    try bootstrap.yaml.write(toFile: path, atomically: true, encoding: .utf8)
    return try ChildProcess(
      name: name, executable: options.envoy,
      arguments: [
        "-c", path, "--use-dynamic-base-id", "--concurrency", "1", "-l", "warning",
        "--drain-time-s", "1", "--parent-shutdown-time-s", "2",
      ],
      logPath: options.folder + "/envoy-\(name).log")
  }

  /// A request as `caller`'s application sends it: through its own sidecar.
  package func request(
    from caller: String, to destination: String, path: String, method: String = "GET"
  ) -> HTTPRequest {
    HTTPRequest(
      method: method, url: "http://127.0.0.1:\(ports[caller]?.outbound ?? 0)\(path)",
      headers: ["Host: \(destination)"], timeoutMilliseconds: 3_000)
  }

  /// A request that goes around the caller's sidecar, with the caller's certificate.
  package func bypass(from caller: String, to destination: String, path: String) -> HTTPRequest {
    HTTPRequest(
      url: "https://127.0.0.1:\(ports[destination]?.inbound ?? 0)\(path)",
      headers: ["Host: \(destination)"], tls: files[caller].map(Self.clientTLS),
      timeoutMilliseconds: 3_000)
  }

  /// A request from outside the mesh, through the gateway.
  package func external(path: String) -> HTTPRequest {
    HTTPRequest(
      url: "http://127.0.0.1:\(ports["ingress"]?.inbound ?? 0)\(path)", timeoutMilliseconds: 3_000)
  }

  private static func clientTLS(
    _ files: CertificateAuthority.Files
  ) -> HTTPRequest.ClientTLS {
    HTTPRequest.ClientTLS(
      roots: files.roots, certificate: files.certificate, key: files.key, verifiesName: false)
  }

  /// Empties the folder, but only one that an earlier demonstration made.
  private static func prepare(_ folder: String) throws {
    let files = FileManager.default
    let marker = folder + "/.made-by-flyball-demo"
    if let content = try? files.contentsOfDirectory(atPath: folder), !content.isEmpty {
      guard files.fileExists(atPath: marker) else {
        throw DemoError("\(folder) is not empty and was not made by flyball demo: name another")
      }
      try files.removeItem(atPath: folder)
    }
    try files.createDirectory(atPath: folder + "/policies", withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: marker))
  }

  private func admin(of name: String) -> Bootstrap.Admin {
    options.adminSockets.contains(name)
      ? .socket("\(options.folder)/\(name).admin") : .port(ports[name]?.admin ?? 0)
  }

  private func adminText(of name: String) -> String {
    switch admin(of: name) {
    case .port(let port): "127.0.0.1:\(port)"
    case .socket(let path): "unix:\(path)"
    }
  }

  private func writeConfiguration() throws {
    guard let own = files["flyball"] else { throw DemoError("no certificate for flyball") }
    let services = options.workloads.map {
      "    - {principal: \"\($0.principal)\", names: [\($0.name)]}"
    }
    let proxies = ports.sorted { $0.key < $1.key }.map { name, ports in
      // The gateway's listener is for clients without certificates.
      "  - {principal: \"\(Workload.principal(name))\", node: \(name), admin: \"\(adminText(of: name))\""
        + (name == "ingress"
          ? "}" : ", probe: \"127.0.0.1:\(options.probePorts[name] ?? ports.inbound)\"}")
    }
    let tls =
      "{certificate: \"\(own.certificate)\", key: \"\(own.key)\", clientRoots: \"\(own.roots)\"}"
    let logs = options.logsPort.map { "\n  otlp: {address: 127.0.0.1:\($0), tls: \(tls)}" } ?? ""
    let text = """
      apiVersion: flyball.dev/v1alpha1
      kind: Configuration
      mesh:
        trustDomain: \(Workload.trustDomain)
        gateways: ["\(Workload.principal("ingress"))"]
        services:
      \(services.joined(separator: "\n"))
      listen:
        proxies:
          address: 127.0.0.1:\(flyballPort)
          tls: \(tls)\(logs)
        admin: 127.0.0.1:\(healthPort)
        socket: flyball.sock
      history: history.db
      policies: policies
      proxies:
      \(proxies.joined(separator: "\n"))
      \(options.selfTest.map { "selfTest: {every: \($0)}" } ?? "")
      \(options.configuration)
      """
    try text.write(toFile: configurationPath, atomically: true, encoding: .utf8)
    for (name, policy) in options.policies {
      try policy.write(
        toFile: options.folder + "/policies/" + name, atomically: true, encoding: .utf8)
    }
  }
}
