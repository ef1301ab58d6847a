internal import Actuators
internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import ServiceLifecycle
internal import Signals
internal import Synchronization
internal import Testing

/// A lane of signals, the loop that hears it, and what it acts on.
struct SignalWorld {
  let loop: Loop
  let lane: SignalLane
  let scoring: Scoring
  let subject: SPIFFEID
  let history = MemoryWorld()
  private let outbox: Outbox
  private let now: @Sendable () -> Timestamp

  static let throttling = ResponsePolicy(
    name: "alerts", matches: [ScoreMatch(detector: .alert, above: 0.9)],
    steps: [PolicyStep(stage: .throttle(Rate(perSecond: 1, burst: 1)))],
    revert: RevertTerms(ttlMilliseconds: 60_000))

  init(
    _ store: SignalMemory, knows: Bool = true, policies: [ResponsePolicy] = [throttling],
    senders: [String] = ["am"],
    now: @escaping @Sendable () -> Timestamp = { [clock = LoopClock()] in clock.now() }
  ) throws {
    let subject = try Self.identity("web")
    let ids = Mutex<UInt64>(0)
    let newID: @Sendable () -> ActionID = {
      ActionID(
        number: ids.withLock { id in
          id += 1
          return id
        })
    }
    let gate = PlanGate(LoopLimits(), now: now)
    loop = Loop(
      engine: LoopEngine(policies: policies, limits: LoopLimits()), gate: gate, now: now)
    scoring = Scoring(
      shardCount: 1, policies: policies, loop: loop, secret: 1, now: now, newID: newID)
    lane = SignalLane(
      store: store, loop: loop, scoring: scoring, configured: knows ? [subject] : [],
      rules: Dictionary(uniqueKeysWithValues: senders.map { ($0, WorkloadRules()) }), now: now,
      newID: newID)
    outbox = Outbox(
      loop: loop, history: history, actuator: history, scoring: scoring, gate: gate)
    self.subject = subject
    self.now = now
  }

  static func identity(_ name: String) throws -> SPIFFEID {
    try SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)")
  }

  /// Attaches a proxy of the subject and one more.
  func attach() async throws {
    for principal in [subject, try Self.identity("orders")] {
      await loop.submit(
        .proxy(
          ProxyReport(
            proxy: ProxyID(principal: principal, node: ""), isAttached: true, generation: 0,
            filters: [.throttle: .accepted])))
    }
  }

  /// Lets the loop act, at a proxy of the subject and one more.
  func acting(_ body: () async throws -> Void) async throws {
    let task = Task { [outbox] in try await outbox.run() }
    defer { task.cancel() }
    try await attach()
    try await running(body)
  }

  /// Runs the body while the lane runs.
  func running(_ body: () async throws -> Void) async throws {
    let task = Task { [lane] in try await lane.run() }
    defer { task.cancel() }
    try await body()
  }

  func deliver(
    _ status: String, _ name: String = "Shell", by sender: String = "am"
  ) async throws -> DeliveryAnswer {
    let text = """
      {"version": "4", "alerts": [{"status": "\(status)", "labels": {"alertname": "\(name)",
      "severity": "critical", "spiffe_id": "\(subject)"}, "startsAt": "2026-01-01T00:00:00Z",
      "fingerprint": "\(name)"}]}
      """
    let reading = try SignalFormat.alertmanager.read(
      SignalDelivery(headers: [:], body: Array(text.utf8)), at: now())
    return await lane.deliver(reading, of: sender, replayKey: nil)
  }

  /// Waits until the loop has decided something about the subject.
  func eventually(_ what: String, _ condition: (LoopSnapshot) -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while !condition(await loop.snapshot) {
      try #require(ContinuousClock.now < deadline, "waited for \(what)")
      await Task.yield()
    }
  }
}
