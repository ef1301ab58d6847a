internal import Actuators
internal import ArgumentParser
internal import BenchMessages
internal import EnvoyAPI
internal import FeedbackLoop
internal import HistorySQLite
internal import Logging
internal import LoopRuntime
internal import MeshModel
internal import SwiftProtobuf
internal import Synchronization
internal import Telemetry

struct ShareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "share",
    abstract: "The controller's own share: from a message's bytes to the order for the proxies.",
    discussion: """
      Everything of the daemon but the network: reading, scoring, deciding, the durable record.
      Fresh subjects attack under a background load of half, and nine tenths, of what it can take.
      """)

  @Option(help: "Attacks at each load, fifty a second.")
  var attacks = 300

  @Argument(help: "A folder for the history, on the disk to measure.")
  var folder: String

  func run() async throws {
    LoggingSystem.bootstrap(SwiftLogNoOpLogHandler.init)
    let bench = try OwnShare(folder: folder)
    try await withThrowingTaskGroup(of: Void.self) { group in
      bench.start(in: &group)
      let capacity = await bench.capacity()
      let half = try await bench.attack(attacks, at: capacity / 2)
      let most = try await bench.attack(attacks, at: capacity * 0.9)
      print(
        """
        {"entriesPerSecond": \(capacity), "half": \(half.json), "saturation": \(most.json)}
        """)
      group.cancelAll()
      while await group.nextResult() != nil {}
    }
  }
}

/// The parts between the access log service and the control plane, as the daemon has them.
private final class OwnShare {
  struct Result {
    var milliseconds: [Double]
    var sent: Int
    var shedShare: Double

    var json: String {
      let sorted = milliseconds.sorted()
      let at = { (part: Double) in
        sorted.isEmpty ? -1 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
      }
      return """
        {"attacks": \(sent), "answered": \(sorted.count), "p50": \(at(0.5)), "p99": \(at(0.99)), \
        "max": \(at(1)), "shedShare": \(shedShare)}
        """
    }
  }

  private let history: SQLiteHistory
  private let orders = Orders()
  private let loop: Loop
  private let scoring: Scoring
  private let clock = LoopClock()
  private let background: [[UInt8]]
  private var payments: AccessLogStream
  private var users: AccessLogStream
  private var next = 0
  private let gate: PlanGate
  private var attackers = 0

  init(folder: String) throws {
    let clock = clock
    let now: @Sendable () -> Timestamp = { clock.now() }
    history = try SQLiteHistory(path: folder + "/history.db")
    let policy = ResponsePolicy(
      name: "lateral-movement", matches: [ScoreMatch(detector: .lateralMovement, above: 0.99)],
      steps: [PolicyStep(stage: .quarantine)], verify: VerifyTerms(withinMilliseconds: 60_000),
      revert: RevertTerms(ttlMilliseconds: 600_000),
      guardrails: PolicyGuardrails(maxActive: 10_000))
    let limits = LoopLimits(
      maxActive: 10_000, maxActivePercent: 100, maxActionsPerHour: 100_000)
    gate = PlanGate(limits, now: now)
    loop = Loop(engine: LoopEngine(policies: [policy], limits: limits), gate: gate, now: now)
    scoring = Scoring(
      shardCount: 2, policies: [policy], loop: loop, secret: 1, now: now,
      newID: { ActionID(number: .random(in: .min ... .max)) })
    background = try Messages.inbound(count: 1_000, entries: Self.entries, callers: 50, seed: 1)
    payments = try Self.stream(of: "payments", .inbound)
    users = try Self.stream(of: "users", .inbound)
  }

  func start(in group: inout ThrowingTaskGroup<Void, any Error>) {
    let outbox = Outbox(
      loop: loop, history: history, actuator: orders, scoring: scoring, gate: gate)
    let pulse = Pulse(loop: loop, scoring: scoring, now: { [clock] in clock.now() })
    group.addTask { [scoring] in try await scoring.run() }
    group.addTask { try await outbox.run() }
    group.addTask { try await pulse.run() }
  }

  /// Entries a second when as much is offered as is taken.
  func capacity() async -> Double {
    await scoring.stream(of: payments.reporter, isOpen: true)
    await scoring.stream(of: users.reporter, isOpen: true)
    var rates: [Double] = []
    for _ in 0..<3 {
      let start = ContinuousClock.now
      let before = scoring.ledger.scored
      while ContinuousClock.now - start < .seconds(1) {
        for _ in 0..<20 { offer() }
        while scoring.ledger.received - scoring.ledger.scored > 20_000 { await Task.yield() }
      }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      rates.append(Double(scoring.ledger.scored - before) / seconds)
    }
    return rates.max() ?? 0
  }

  func attack(_ count: Int, at entriesPerSecond: Double) async throws -> Result {
    try await Task.sleep(for: .seconds(1))
    let first = attackers
    let before = scoring.ledger
    let start = ContinuousClock.now
    var received: [Subject: ContinuousClock.Instant] = [:]
    var offered = 0.0
    while attackers < first + count {
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      while offered < seconds * entriesPerSecond {
        offer()
        offered += Double(Self.entries)
      }
      if Double(attackers - first) < seconds * 50 {
        let (subject, instant) = try attackOnce()
        received[subject] = instant
      }
      try await Task.sleep(for: .milliseconds(1))
    }
    try await Task.sleep(for: .seconds(1))
    let given = orders.given
    let milliseconds = received.compactMap { subject, instant in
      given[subject].map { ($0 - instant) / .milliseconds(1) }
    }
    let all = scoring.ledger
    return Result(
      milliseconds: milliseconds, sent: count,
      shedShare: Double(all.shedTotal - before.shedTotal)
        / Double(max(1, all.received - before.received)))
  }

  private func offer() {
    take(payments.read(background[next % background.count], receivedAt: clock.now()))
    next += 1
  }

  /// A fresh caller's failures at two services, as its own sidecar and then theirs report them. The
  /// time is that of the last message, which decides.
  private func attackOnce() throws -> (Subject, ContinuousClock.Instant) {
    attackers += 1
    let name = "attacker-\(attackers)"
    let subject = Subject.workload(try Self.principal(name))
    var own = try Self.stream(of: name, .outbound)
    let everything = try Self.failures(of: name, at: ["payments", "users"])
    take(own.read(everything, receivedAt: clock.now()))
    take(payments.read(try Self.failures(of: name, at: ["payments"]), receivedAt: clock.now()))
    let deciding = try Self.failures(of: name, at: ["users"])
    let instant = ContinuousClock.now
    take(users.read(deciding, receivedAt: clock.now()))
    return (subject, instant)
  }

  private func take(_ read: (batch: ObservationBatch, ledger: IngestLedger)) {
    scoring.receive(read.batch, read.ledger)
  }

  private static func failures(of caller: String, at services: [String]) throws -> [UInt8] {
    var log = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage()
    for service in services {
      for path in ["/admin", "/.env", "/debug/pprof"] {
        var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
        var name = Envoy_Data_Accesslog_V3_TLSProperties.CertificateProperties.SubjectAltName()
        name.uri = try principal(caller).description
        entry.commonProperties.tlsProperties.peerCertificateProperties.subjectAltName = [name]
        entry.commonProperties.upstreamCluster = service
        entry.commonProperties.accessLogType = .downstreamEnd
        entry.request.path = path
        entry.response.responseCode.value = 404
        entry.response.responseCodeDetails = "via_upstream"
        log.httpLogs.logEntry.append(entry)
      }
    }
    return try log.serializedBytes()
  }

  private static func stream(of name: String, _ listener: Listener) throws -> AccessLogStream {
    AccessLogStream(
      reporter: ProxyID(principal: try principal(name), node: name), listener: listener,
      attribution: Attribution(
        trustDomain: Messages.trustDomain,
        services: ServiceMap([
          "payments": try principal("payments"), "users": try principal("users"),
        ])))
  }

  private static func principal(_ name: String) throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://\(Messages.trustDomain)/ns/shop/sa/\(name)")
  }

  private static let entries = 26
}

/// When each enforcement came.
private final class Orders: Actuator {
  private let state = Mutex<[Subject: ContinuousClock.Instant]>([:])

  var given: [Subject: ContinuousClock.Instant] { state.withLock { $0 } }

  func apply(_ enforcement: Enforcement, generation: UInt64) async {
    state.withLock { $0[enforcement.subject] = $0[enforcement.subject] ?? .now }
  }

  func withdraw(_ action: ActionID, generation: UInt64) async {}
}
