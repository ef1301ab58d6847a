internal import Access
internal import Actuators
internal import Anomaly
internal import ControlAPI
internal import ControlViews
internal import CurlHTTP
internal import DemoMesh
internal import FeedbackLoop
internal import Foundation
internal import HistorySQLite
internal import Logging
internal import LoopRuntime
internal import MeshModel
internal import Notifications
internal import ServiceLifecycle
internal import Telemetry
internal import ThreatIntelligence
internal import TransparencyLog

/// A loop with a real history behind a real socket, and a mesh that takes everything and says nothing.
struct ServedDesk {
  let folder: String
  let loop: Loop
  let history: SQLiteHistory
  let scoring: Scoring
  let desk: ControlDesk
  /// Of the listener on the network.
  let port: Int
  let now: @Sendable () -> Timestamp
  var socket: String { folder + "/api" }

  static let policy = ResponsePolicy(
    name: "scan",
    matches: [
      ScoreMatch(detector: .lateralMovement, above: 0.99),
      ScoreMatch(detector: .rule, above: 0.5, rules: RuleTerms(tag: "attack.t1110")),
    ],
    steps: [PolicyStep(stage: .quarantine)], verify: VerifyTerms(onFailure: .keep),
    revert: RevertTerms(ttlMilliseconds: 900_000))

  static func identity(_ name: String, in namespace: String = "shop") throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://shop.demo/ns/\(namespace)/sa/\(name)")
  }

  /// Takes what it is told, and is asked for nothing.
  struct Nowhere: Actuator {
    func apply(_ enforcement: Enforcement, generation: UInt64) async {}
    func withdraw(_ action: ActionID, generation: UInt64) async {}
  }

  /// Runs the body while everything is served.
  static func with(
    policy: ResponsePolicy = ServedDesk.policy, notices: NoticeStanding? = nil,
    feeds: [FeedStanding] = [],
    _ body: @escaping @Sendable (ServedDesk) async throws -> Void
  ) async throws {
    let folder =
      FileManager.default.temporaryDirectory.path
      + "/flyball-api-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // Only temporary files.
    let clock = LoopClock()
    let now: @Sendable () -> Timestamp = { clock.now() }
    let newID: @Sendable () -> ActionID = { ActionID(number: .random(in: .min ... .max)) }
    let limits = LoopLimits()
    let gate = PlanGate(limits, now: now)
    let loop = Loop(engine: LoopEngine(policies: [policy], limits: limits), gate: gate, now: now)
    let scoring = Scoring(
      shardCount: 1, policies: [policy], loop: loop, secret: 1, now: now, newID: newID)
    let history = try SQLiteHistory(path: folder + "/history.db")
    let feed = RecordFeed(history)
    let surveyor = Surveyor(scoring: scoring, now: now)
    let recorder = Recorder(
      mesh: RecordedMesh(trustDomain: "shop.demo", services: [:], gateways: []), now: now)
    let desk = ControlDesk(
      loop: loop, history: feed, recorder: recorder, rules: nil, surveyor: surveyor,
      signals: nil,
      daemon: DaemonView(processID: 1, history: folder + "/history.db", listens: []),
      notices: { notices }, feeds: { feeds },
      objects: {
        [("what is written", "\($0.stage.name) of \($0.subject) until \($0.notAfter.rfc3339)")]
      },
      now: now, newID: newID)
    let server = try OperatorServer(
      path: folder + "/api", group: nil, desk: desk, directory: OperatorDirectory())
    let port = FreePort.find(1)[0]
    let services: [any Service] = [
      Outbox(loop: loop, history: feed, actuator: Nowhere(), scoring: scoring, gate: gate),
      scoring, surveyor, server, feed, try listener(server, desk, scoring, port: port),
    ]
    let group = ServiceGroup(services: services, logger: Logger(label: "test"))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      let served = ServedDesk(
        folder: folder, loop: loop, history: history, scoring: scoring, desk: desk, port: port,
        now: now)
      do {
        try await served.waitUntilServed()
        try await body(served)
      } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    try history.close()
  }

  func get(_ path: String, headers: [String] = []) async throws -> HTTPResponse {
    try await HTTPConnection().send(
      HTTPRequest(url: "http://flyball\(path)", headers: headers, unixSocket: socket))
  }

  func post(
    _ path: String, _ body: String? = nil, headers: [String] = ["Content-Type: application/json"]
  ) async throws -> HTTPResponse {
    try await HTTPConnection().send(
      HTTPRequest(
        method: "POST", url: "http://flyball\(path)", headers: headers,
        body: body.map { Array($0.utf8) }, unixSocket: socket))
  }

  func decoded<Value: Decodable>(_ path: String) async throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(try await get(path).body))
  }

  /// A proxy that would enforce anything.
  func attach(_ name: String, in namespace: String = "shop") async throws {
    let proxy = ProxyID(principal: try Self.identity(name, in: namespace), node: "\(name)-0")
    await loop.submit(.reporting(proxy, isOpen: true))
    await loop.submit(
      .proxy(
        ProxyReport(
          proxy: proxy, isAttached: true, generation: 0,
          filters: Dictionary(uniqueKeysWithValues: Filter.allCases.map { ($0, .accepted) }))))
  }

  func detect(
    _ name: String, in namespace: String = "shop", id: UInt64, rule: MatchedRule? = nil
  ) async throws {
    let at = now()
    let subject = try Self.identity(name, in: namespace)
    await loop.submit(
      .detected(
        Detection(
          subject: .workload(subject), detector: rule == nil ? .lateralMovement : .rule,
          score: 0.999, corroborated: 0.999, failures: 5, total: 5, onset: at, at: at,
          destinations: [.workload(subject)],
          witnesses: [subject, try Self.identity("other", in: namespace)].sorted(),
          evidence: [
            FeatureEvidence(feature: .rate, shown: 3, total: 9, allowed: 0.01, seconds: 1e9)
          ], intervalSeconds: 60, rule: rule),
        id: ActionID(number: id)))
  }

  /// Waits for what `condition` looks for, as long as a loaded machine may take.
  func wait(
    _ what: String, seconds: Double = 20, _ condition: () async throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Late(what: what)
  }

  struct Late: Error { var what: String }

  private func waitUntilServed() async throws {
    try await wait("the socket") { (try? await get("/v1/status").status) == 200 }  // Not yet there.
  }
}
