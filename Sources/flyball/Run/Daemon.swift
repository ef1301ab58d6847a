internal import ActuatorsXDS
internal import ConfigurationYAML
internal import ControlAPI
internal import CurlHTTP
internal import FeedbackLoop
internal import HistorySQLite
internal import Logging
internal import LoopRuntime
internal import MeshModel
internal import MeshServerGRPC
internal import ReferencesFile
internal import ServiceLifecycle
internal import Telemetry
internal import TelemetryGRPC
internal import UnixSignals

/// The composition root: builds every part from the configuration and runs them together.
struct Daemon {
  private let configuration: Configuration
  private let policies: [ResponsePolicy]
  private let clock: LoopClock
  private let logger = Logger(label: "flyball")

  init(_ configuration: Configuration, policies: [ResponsePolicy], clock: LoopClock) {
    self.configuration = configuration
    self.policies = policies
    self.clock = clock
  }

  func run() async throws {
    let now: @Sendable () -> Timestamp = { [clock] in clock.now() }
    let history = try SQLiteHistory(path: configuration.history)
    let stored = try await history.storedState()
    let loop = Loop(
      engine: LoopEngine(policies: policies, limits: configuration.limits), now: now)
    let scoring = Scoring(
      shardCount: 2, policies: policies, loop: loop, secret: .random(in: .min ... .max), now: now,
      newID: { ActionID(number: .random(in: .min ... .max)) })
    let controlPlane = ControlPlane(now: now)
    let pulse = Pulse(loop: loop, scoring: scoring, now: now)
    let identity = identity
    let attribution = Attribution(
      trustDomain: configuration.trustDomain, services: ServiceMap(configuration.servicesByName))
    let recorder = Recorder(
      mesh: RecordedMesh(
        trustDomain: configuration.trustDomain, services: configuration.servicesByName,
        gateways: configuration.limits.gateways), now: now)
    let meshServer = MeshServer(
      host: configuration.proxies.host, port: configuration.proxies.port, security: security,
      services: [
        AccessLogService(
          identity: identity, attribution: attribution, gateways: configuration.limits.gateways,
          sink: scoring, tap: recorder, now: now),
        DiscoveryService(identity: identity, controlPlane: controlPlane),
      ])

    let references = ReferenceKeeper(
      scoring: scoring, store: ReferenceFile(path: configuration.references))
    try await references.restore()
    try controlPlane.warmUp()
    await loop.restore(stored)
    logger.info(
      "starting",
      metadata: [
        "version": "\(VersionCommand.version)", "policies": "\(policies.count)",
        "adopting": "\(stored.openActions.count)", "proxies": "\(configuration.proxies)",
        "admin": "\(configuration.admin)", "socket": "\(configuration.socket)",
      ])

    // They end in reverse order, so what stops traffic stays until the last.
    let services: [any Service] = [
      Outbox(loop: loop, history: history, actuator: controlPlane, scoring: scoring),
      Proofs(
        loop: loop, controlPlane: controlPlane, readback: configuration.readback,
        http: HTTPConnection(), now: now),
      references,
      scoring,
      pulse,
      Reload(folder: configuration.policies, loop: loop, scoring: scoring),
      meshServer,
      HealthServer(
        host: configuration.admin.host, port: configuration.admin.port, loop: loop,
        scoring: scoring, pulse: pulse),
      OperatorServer(
        path: configuration.socket, loop: loop, history: history, recorder: recorder),
      recorder,
    ]
    var group = ServiceGroupConfiguration(
      services: services.map { .init(service: $0) },
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(10)
    try await ServiceGroup(configuration: group).run()
    try history.close()
    logger.info("stopped; what is in force ends at its own deadline")
  }

  private var identity: PeerIdentity {
    switch configuration.security {
    case .mutualTLS: .certificate(trustDomain: configuration.trustDomain)
    case .insecure: .claimed(trustDomain: configuration.trustDomain)
    }
  }

  private var security: MeshServer.Security {
    switch configuration.security {
    case .mutualTLS(let certificate, let key, let clientRoots):
      .mutualTLS(certificatePath: certificate, keyPath: key, rootsPath: clientRoots)
    case .insecure: .plaintext
    }
  }
}

extension Configuration {
  fileprivate var servicesByName: [String: SPIFFEID] {
    var map: [String: SPIFFEID] = [:]
    for service in services {
      for name in service.names { map[name] = service.principal }
    }
    return map
  }
}
