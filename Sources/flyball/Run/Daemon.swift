internal import Access
internal import ActuatorsXDS
internal import Anomaly
internal import ConfigurationYAML
internal import ControlAPI
internal import ControlViews
internal import CurlHTTP
internal import FeedbackLoop
internal import FeedsHTTP
internal import Glibc
internal import HistorySQLite
internal import Logging
internal import LoopRuntime
internal import MeshModel
internal import MeshServerGRPC
internal import Notifications
internal import NotificationsHTTP
internal import ReferencesFile
internal import RuleScoring
internal import ServiceLifecycle
internal import Telemetry
internal import TelemetryGRPC
internal import TelemetryOTLP
internal import UnixSignals

/// The composition root: builds every part from the configuration and runs them together.
struct Daemon {
  private let file: ConfigurationFile
  private let policies: [ResponsePolicy]
  private let rules: LoadedRules?
  private let clock: LoopClock
  private let logger = Logger(label: "flyball")

  init(
    _ file: ConfigurationFile, policies: [ResponsePolicy], rules: LoadedRules?, clock: LoopClock
  ) {
    self.file = file
    self.policies = policies
    self.rules = rules
    self.clock = clock
  }

  var configuration: Configuration { file.configuration }

  private var engine: LoopEngine {
    LoopEngine(
      policies: policies, limits: configuration.limits, selfTest: configuration.selfTest)
  }

  func run() async throws {
    let now: @Sendable () -> Timestamp = { [clock] in clock.now() }
    let newID: @Sendable () -> ActionID = { ActionID(number: .random(in: .min ... .max)) }
    let history = try SQLiteHistory(path: configuration.history)
    let feed = RecordFeed(history)
    let stored = try await history.storedState()
    let checkpoints = CheckpointWriter(history, configuration.checkpointTerms)
    let gate = PlanGate(configuration.limits, selfTest: configuration.selfTest, now: now)
    let loop = Loop(engine: engine, gate: gate, now: now)
    let ruleLane = try ruleLane()
    let scoring = scoring(ruleLane, loop, now: now, newID: newID)
    let controlPlane = ControlPlane(prober: configuration.prober, now: now)
    let signals = signalLane(feed, loop, scoring, now: now, newID: newID)
    let pulse = Pulse(loop: loop, scoring: scoring, now: now)
    let attribution = configuration.recordedMesh.attribution
    let recorder = Recorder(mesh: configuration.recordedMesh, now: now)
    let intake = ExportIntake(
      attribution: attribution, gateways: configuration.limits.gateways, sink: scoring,
      tap: recorder, now: now)
    let meshServer = meshServer(attribution, scoring, recorder, intake, controlPlane, now)
    let surveyor = Surveyor(scoring: scoring, now: now)
    let notices = try await noticeSenders(feed, loop, now: now)
    let feeds = feedService(ruleLane, now: now)
    let desk = ControlDesk(
      loop: loop, history: feed, recorder: recorder, rules: ruleLane, surveyor: surveyor,
      signals: signals, daemon: daemon, notices: { await notices.first?.standing },
      feeds: { feeds.standings }, objects: objects, now: now, newID: newID)
    let operators = try operatorServer(desk)
    let network = try Self.networkServices(
      configuration.api, operators, console(desk, scoring, checkpoints), now: now)
    let signalServices = try signalServices(signals, now: now)
    let references = try await references(scoring)
    try controlPlane.warmUp()
    await loop.restore(stored)
    try await signals?.restore()
    announce(stored)
    // They end in reverse order, so what stops traffic stays until the last.
    let services: [any Service] =
      [
        CheckpointKeeper(checkpoints, now: now),
        Outbox(loop: loop, history: feed, actuator: controlPlane, scoring: scoring, gate: gate),
        Proofs(
          loop: loop, controlPlane: controlPlane, reachable: configuration.reachable,
          http: HTTPConnection(), now: now),
        references,
        scoring,
        pulse,
        CalibrationWatch(scoring: scoring),
        Reload(file, loop: loop, scoring: scoring, feeds: feeds),
        meshServer,
        intake,
        healthServer(loop, scoring, pulse, checkpoints, signals, notices, feeds),
        surveyor,
        operators,
        feed,
        recorder,
      ] + probes(loop, now) + exportServers(intake) + signalServices + [feeds] + network + notices
    try await run(services)
    try history.close()
    logger.info("stopped; what is in force ends at its own deadline")
  }

  private func ruleLane() throws -> RuleLane {
    try RuleLane(
      rules, gateways: configuration.limits.gateways, secret: .random(in: .min ... .max))
  }

  private func scoring(
    _ ruleLane: RuleLane, _ loop: Loop, now: @escaping @Sendable () -> Timestamp,
    newID: @escaping @Sendable () -> ActionID
  ) -> Scoring {
    Scoring(
      shardCount: ScoringBounds.shards, policies: policies, rules: ruleLane, loop: loop,
      secret: .random(in: .min ... .max), now: now, newID: newID)
  }

  private func references(_ scoring: Scoring) async throws -> ReferenceKeeper {
    let keeper = ReferenceKeeper(
      scoring: scoring, store: ReferenceFile(path: configuration.references))
    try await keeper.restore()
    return keeper
  }

  private func announce(_ stored: StoredState) {
    logger.info(
      "starting",
      metadata: [
        "version": "\(VersionCommand.version)", "policies": "\(policies.count)",
        "rules": "\(rules?.count ?? 0)",
        "adopting": "\(stored.actions.count { !$0.state.isClosed })",
        "proxies": "\(configuration.proxies)", "admin": "\(configuration.admin)",
        "socket": "\(configuration.socket)",
      ])
  }

  private func healthServer(
    _ loop: Loop, _ scoring: Scoring, _ pulse: Pulse, _ checkpoints: CheckpointWriter,
    _ signals: SignalLane?, _ notices: [NoticeSender], _ feeds: FeedService
  ) -> HealthServer {
    HealthServer(
      host: configuration.admin.host, port: configuration.admin.port, loop: loop,
      scoring: scoring, pulse: pulse, version: VersionCommand.version,
      checkpoints: { checkpoints.standing }, signals: signals,
      notices: { await notices.first?.standing }, feeds: { feeds.standings },
      now: { [clock] in clock.now() })
  }

  private var daemon: DaemonView {
    DaemonView(
      processID: getpid(), history: configuration.history, listens: configuration.listens)
  }

  /// What is written for the proxies, as operators read it.
  private var objects: @Sendable (Enforcement) -> [(name: String, text: String)] {
    { [prober = configuration.prober] in EnvoyText.objects(of: $0, prober: prober) }
  }

  private func operatorServer(_ desk: ControlDesk) throws -> OperatorServer {
    let server = try OperatorServer(
      path: configuration.socket, group: configuration.operatorGroup, desk: desk,
      directory: OperatorDirectory(operators: configuration.api?.operators ?? []))
    // With the socket ours, whoever holds a port is another program.
    try file.portChecks(own: []).refuseMistakes()
    return server
  }

  private func run(_ services: [any Service]) async throws {
    var group = ServiceGroupConfiguration(
      services: services.map { .init(service: $0) },
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(10)
    try await ServiceGroup(configuration: group).run()
  }

  private func meshServer(
    _ attribution: Attribution, _ scoring: Scoring, _ recorder: Recorder, _ intake: ExportIntake,
    _ controlPlane: ControlPlane, _ now: @escaping @Sendable () -> Timestamp
  ) -> MeshServer {
    let identity = configuration.proxyIdentity
    return MeshServer(
      host: configuration.proxies.host, port: configuration.proxies.port,
      security: configuration.proxySecurity,
      services: [
        AccessLogService(
          identity: identity, attribution: attribution, gateways: configuration.limits.gateways,
          sink: scoring, tap: recorder, now: now),
        LogsService(identity: identity, intake: intake),
        DiscoveryService(identity: identity, controlPlane: controlPlane),
      ])
  }

  /// None where no proxy has an address for them.
  private func probes(_ loop: Loop, _ now: @escaping @Sendable () -> Timestamp) -> [any Service] {
    guard configuration.prober != nil,
      case .mutualTLS(let certificate, let key, let roots) = configuration.security
    else { return [] }
    return [
      Probes(
        loop: loop,
        addresses: Dictionary(
          uniqueKeysWithValues: configuration.reachable.compactMap { proxy in
            proxy.probe.map { (proxy.id, $0) }
          }),
        tls: HTTPRequest.ClientTLS(
          roots: roots, certificate: certificate, key: key, verifiesName: false), now: now)
    ]
  }

  /// The listener for logs over HTTP, if there is to be one.
  private func exportServers(_ intake: ExportIntake) -> [any Service] {
    guard let otlp = configuration.otlp else { return [] }
    let security: ExportServer.Security =
      switch otlp.security {
      case .mutualTLS(let certificate, let key, let clientRoots):
        .mutualTLS(certificatePath: certificate, keyPath: key, rootsPath: clientRoots)
      case .insecure: .plaintext
      }
    return [
      ExportServer(
        host: otlp.address.host, port: otlp.address.port, security: security,
        identity: configuration.identity(otlp.security), intake: intake)
    ]
  }
}

extension Configuration {
  fileprivate var listens: [String] {
    [proxies, admin, otlp?.address, api?.address, signals?.address].compactMap { $0?.description }
  }

  fileprivate var checkpointTerms: CheckpointTerms {
    CheckpointTerms(file: checkpoints, key: historyKey, keepSeconds: keepSeconds)
  }

  fileprivate var recordedMesh: RecordedMesh {
    RecordedMesh(
      trustDomain: trustDomain, services: servicesByName, gateways: limits.gateways,
      own: limits.own)
  }

  /// The identity that probes; nil where none is to be sent.
  var prober: SPIFFEID? { limits.probed.isEmpty ? nil : limits.own }

  fileprivate var servicesByName: [String: SPIFFEID] {
    var map: [String: SPIFFEID] = [:]
    for service in services {
      for name in service.names { map[name] = service.principal }
    }
    return map
  }
}
