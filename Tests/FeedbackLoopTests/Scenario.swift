internal import Actuators
internal import FeedbackLoop
internal import MeshModel

/// A loop with a mesh of three proxies, in virtual time.
struct Scenario {
  static let id = ActionID(number: 1)
  static let subject = Subject.workload(identity("reports"))
  static let nodes = ["payments", "reports", "users"]

  var engine: LoopEngine
  var now = Timestamp(seconds: 1_000)
  /// All effects so far.
  var effects: [LoopEffect] = []

  static func identity(_ name: String) -> SPIFFEID {
    guard let identity = try? SPIFFEID(parsing: "spiffe://shop.demo/ns/shop/sa/\(name)") else {
      preconditionFailure("bad test name \(name)")
    }
    return identity
  }

  static func proxy(_ name: String) -> ProxyID {
    ProxyID(principal: identity(name), node: name)
  }

  static func policy(
    mode: ResponsePolicy.Mode = .enforce, steps: [PolicyStep]? = nil,
    onFailure: VerifyTerms.OnFailure = .revert, maxActive: Int = 5
  ) -> ResponsePolicy {
    ResponsePolicy(
      name: "policy", mode: mode,
      matches: [
        ScoreMatch(detector: .lateralMovement, above: 0.99),
        ScoreMatch(detector: .authFailures, above: 0.99),
      ],
      steps: steps ?? [
        PolicyStep(
          stage: .quarantine, withoutWitness: .throttle(Rate(perSecond: 20, burst: 40)))
      ],
      verify: VerifyTerms(withinMilliseconds: 2_000, onFailure: onFailure),
      revert: RevertTerms(
        ttlMilliseconds: 60_000, forMilliseconds: 3_000, through: Rate(perSecond: 50, burst: 50)),
      guardrails: PolicyGuardrails(maxActive: maxActive, cooldownMilliseconds: 10_000))
  }

  static func detection(
    _ name: String = "reports", corroborated: Double = 0.995, detector: Detector = .lateralMovement,
    at: Timestamp = Timestamp(seconds: 1_000)
  ) -> Detection {
    Detection(
      subject: .workload(identity(name)), detector: detector, score: 0.999,
      corroborated: corroborated,
      failures: 5, total: 5, onset: at, at: at,
      destinations: [.workload(identity("payments"))],
      witnesses: corroborated > 0 ? [identity("payments"), identity(name)] : [identity(name)])
  }

  init(
    policy: ResponsePolicy = Scenario.policy(), limits: LoopLimits = LoopLimits(),
    nodes: [String] = Scenario.nodes, selfTest: SelfTestTerms? = nil
  ) {
    engine = LoopEngine(policies: [policy], limits: limits, selfTest: selfTest)
    for node in nodes {
      give(.reporting(Self.proxy(node), isOpen: true))
      acknowledge(node)
    }
    effects = []
  }

  var action: ActionRecord? { engine.actions[Self.id] }
  var stateName: String { action?.state.name ?? "none" }

  @discardableResult
  mutating func give(_ input: LoopInput) -> [LoopEffect] {
    let new = engine.step(input, at: now)
    effects += new
    return new
  }

  @discardableResult
  mutating func wait(milliseconds: Int64) -> [LoopEffect] {
    now = now.adding(milliseconds: milliseconds)
    return give(.tick)
  }

  /// The latest intent of the action is durable.
  mutating func record(_ id: ActionID = Scenario.id) {
    give(.recorded(id, intent: engine.actions[id]?.intent ?? 0))
  }

  mutating func acknowledge(
    _ node: String, _ status: DeltaSession.Status = .accepted, filters: [Filter] = Filter.allCases
  ) {
    give(
      .proxy(
        ProxyReport(
          proxy: Self.proxy(node), isAttached: true, generation: lastGeneration,
          filters: Dictionary(uniqueKeysWithValues: filters.map { ($0, status) }))))
  }

  mutating func acknowledgeAll() {
    for node in Self.nodes { acknowledge(node) }
  }

  mutating func stop(at node: String = "payments", by id: ActionID? = Scenario.id) {
    give(.stopped(id, subject: Self.subject, at: Self.proxy(node), start: now))
  }

  mutating func serve(at node: String = "payments") {
    give(.served(Self.subject, at: Self.proxy(node), start: now))
  }

  mutating func calm() {
    give(.scores([Self.subject: 0]))
  }

  /// Takes a fresh loop to a named state of one action.
  mutating func reach(_ state: String) {
    switch state {
    case "awaiting-approval":
      engine.policies = [Self.policy(mode: .approve)]
      detect()
    case "recording": detect()
    case "applying":
      reach("recording")
      record()
    case "verifying":
      reach("applying")
      acknowledgeAll()
    case "holding":
      reach("verifying")
      stop()
    case "releasing-step":
      reach("holding")
      calm()
      now = now.adding(milliseconds: 3_000)
      calm()
    case "verifying-release-step":
      reach("releasing-step")
      acknowledgeAll()
    case "holding-throttle":
      reach("verifying-release-step")
      now = now.adding(milliseconds: 600)
      serve()
    case "releasing":
      reach("holding-throttle")
      calm()
      now = now.adding(milliseconds: 3_000)
      calm()
    case "verifying-release":
      reach("releasing")
      acknowledgeAll()
    case "released":
      reach("verifying-release")
      now = now.adding(milliseconds: 600)
      serve()
    default: preconditionFailure("no way to \(state)")
    }
  }

  mutating func detect(corroborated: Double = 0.995, id: ActionID = Scenario.id) {
    give(.detected(Self.detection(corroborated: corroborated, at: now), id: id))
  }

  private var lastGeneration: UInt64 { engine.actions.values.map(\.generation).max() ?? 0 }
}
