internal import Actuators
internal import FeedbackLoop
internal import MeshModel

extension Scenario {
  static let offender = Subject.workload(.selfTest(in: "shop.demo"))

  /// A loop that tests itself, in the mesh of three proxies that can all be probed and read.
  static func testing(
    policy: ResponsePolicy = Scenario.policy(), limits: LoopLimits = LoopLimits()
  ) -> Scenario {
    var limits = limits
    let nodes = Set(nodes.map { proxy($0) })
    limits.probed.formUnion(nodes)
    return Scenario(
      policy: policy, limits: limits,
      selfTest: SelfTestTerms(
        trustDomain: "shop.demo", everyMilliseconds: 600_000, readable: nodes))
  }

  /// The action of the test; there is one at most.
  var tested: ActionRecord? { engine.actions.values.first(where: \.isSelfTest) }
  var testedState: String { tested?.state.name ?? "none" }

  /// What the tests told, in order.
  var results: [String] {
    effects.compactMap { if case .tested(let result) = $0 { result.text } else { nil } }
  }

  var rehearsals: [ActionID] {
    effects.compactMap { if case .rehearse(_, let id) = $0 { id } else { nil } }
  }

  /// Takes a fresh loop to a stage of its first test that it awaits.
  mutating func test(until stage: SelfTestStage) {
    give(.tick)
    wait(milliseconds: 30_000)
    for reached in SelfTestStage.allCases where reached < stage { advanceTest(past: reached) }
  }

  mutating func advanceTest(past stage: SelfTestStage) {
    guard let id = rehearsals.last else { return }
    switch stage {
    case .sense: give(.rehearsed(id, problem: nil))
    case .score: findOffender()
    // The same step.
    case .decide: break
    case .record: record(id)
    case .act: for node in Self.nodes { acknowledge(node) }
    case .verify:
      now = now.adding(milliseconds: 600)
      for node in Self.nodes {
        give(.readback(Self.proxy(node), actions: [id], askedAt: now))
      }
      for node in Self.nodes { probeTest(node) }
      wait(milliseconds: 100)
    case .release:
      for node in Self.nodes { acknowledge(node) }
      wait(milliseconds: 5_000)
    }
  }

  mutating func findOffender() {
    var detection = Self.detection(at: now)
    detection.subject = Self.offender
    // What counts for a test is its own id, not this.
    give(.detected(detection, id: ActionID(number: 77)))
  }

  mutating func probeTest(_ node: String, isDenied: Bool = true) {
    guard let id = rehearsals.last else { return }
    give(
      .probed(
        ProbeSighting(action: id, isDenied: isDenied, start: now), at: Self.proxy(node)))
  }
}
