internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

struct CapabilityTests {
  private static let needed: Set<String> = [
    "envoy.filters.http.rbac", "envoy.filters.http.local_ratelimit",
    "envoy.rate_limit_descriptors.expr",
  ]

  private func report(
    _ node: String, version: ProxyBuild.Version = ProxyBuild.Version(1, 40),
    without extension: String = "", filters: [Filter] = Filter.allCases
  ) -> LoopInput {
    .proxy(
      ProxyReport(
        proxy: Scenario.proxy(node), isAttached: true, generation: 0,
        filters: Dictionary(uniqueKeysWithValues: filters.map { ($0, .accepted) }),
        build: ProxyBuild(
          version: version, extensions: Self.needed.subtracting([`extension`]))))
  }

  private func refusal(_ inputs: [LoopInput]) -> String? {
    var scenario = Scenario()
    for input in inputs { scenario.give(input) }
    scenario.detect()
    guard case .closed(.refused(let refusal), _) = scenario.action?.state else { return nil }
    return refusal.text
  }

  @Test("where no proxy can enforce an action it is refused, and each is named with its reason")
  func none() {
    #expect(
      refusal([
        report("payments", version: ProxyBuild.Version(1, 29, 3)),
        report("reports", without: "envoy.filters.http.rbac"),
        report("users", filters: [.throttle]),
      ])
        == "proxies in scope cannot enforce it: payments runs Envoy 1.29.3, and quarantine needs 1.30.0;"
        + " reports lacks envoy.filters.http.rbac; users does not subscribe to flyball.rbac")
  }

  @Test("what cannot quarantine may still throttle, and the reverse")
  func stages() {
    let old = ProxyReport(
      proxy: Scenario.proxy("users"), isAttached: true, generation: 0,
      filters: [.rbac: .accepted, .throttle: .accepted],
      build: ProxyBuild(version: ProxyBuild.Version(1, 31), extensions: Self.needed))
    #expect(old.incapacity(for: .quarantine) == nil)
    #expect(
      old.incapacity(for: .throttle(Rate(perSecond: 1, burst: 1)))
        == "runs Envoy 1.31.0, and throttle needs 1.32.0")
  }

  @Test("where some cannot, it goes on, and they are named from the beginning and in the verdict")
  func some() {
    var scenario = Scenario()
    scenario.give(report("users", version: ProxyBuild.Version(1, 20)))
    scenario.reach("applying")
    let reason = "users runs Envoy 1.20.0, and quarantine needs 1.30.0"
    #expect(scenario.details.contains { $0.hasSuffix("; cannot enforce it: \(reason)") })
    scenario.acknowledge("payments")
    scenario.acknowledge("reports")
    scenario.give(
      .proxy(
        ProxyReport(
          proxy: Scenario.proxy("users"), isAttached: true, generation: 1,
          filters: [.rbac: .accepted, .throttle: .accepted],
          build: ProxyBuild(version: ProxyBuild.Version(1, 20), extensions: Self.needed))))
    scenario.stop()
    scenario.wait(milliseconds: 2_000)
    #expect(
      scenario.action?.verdict?.text
        == "ineffective: accepted at users: runs Envoy 1.20.0, and quarantine needs 1.30.0")
  }

  @Test("a proxy that says it cannot shadow is named, and keeps the others from no shadow")
  func shadow() {
    var scenario = Scenario(policy: Scenario.policy(mode: .shadow))
    scenario.give(report("users", version: ProxyBuild.Version(1, 20)))
    scenario.detect()
    let id = Scenario.id.sibling(2)
    scenario.record(id)
    #expect(scenario.engine.actions[id]?.state.name == "applying")
    #expect(
      scenario.details.last?.hasSuffix(
        "; cannot enforce it: users runs Envoy 1.20.0, and quarantine needs 1.30.0") == true)
  }

  @Test("who says that it cannot enforce has nothing lifted where it works, however many say so")
  func noVeto() {
    for liars in [["users"], ["users", "orders"]] {
      var scenario = Scenario(nodes: Scenario.nodes + ["orders"])
      for liar in liars { scenario.give(report(liar, version: ProxyBuild.Version(1, 20))) }
      scenario.reach("applying")
      for _ in 0..<2 {
        for node in ["payments", "reports", "orders"] where !liars.contains(node) {
          scenario.acknowledge(node)
        }
        scenario.stop()
        scenario.wait(milliseconds: 2_000)
      }
      #expect(scenario.stateName == "holding")
      #expect(scenario.action?.verdict?.text.contains("users: runs Envoy 1.20.0") == true)
      #expect(scenario.effects.contains { $0.isEscalation })
    }
  }

  @Test("a proxy that does not tell its build, or is away, is not held to be unable")
  func unknown() {
    let silent = Scenario.nodes.map { node in
      LoopInput.proxy(
        ProxyReport(
          proxy: Scenario.proxy(node), isAttached: true, generation: 0,
          filters: [.rbac: .accepted]))
    }
    #expect(refusal(silent) == nil)
    let away = Scenario.nodes.map { node in
      LoopInput.proxy(
        ProxyReport(
          proxy: Scenario.proxy(node), isAttached: false, generation: 0, filters: [:]))
    }
    #expect(refusal(away) == nil)
  }

  @Test("proxies that report and never attached cannot enforce anything")
  func reportersOnly() {
    var scenario = Scenario(nodes: [])
    for node in Scenario.nodes { scenario.give(.reporting(Scenario.proxy(node), isOpen: true)) }
    scenario.detect()
    guard case .closed(.refused(.incapable(let text)), _) = scenario.action?.state else {
      Issue.record("state is \(scenario.stateName)")
      return
    }
    #expect(text.hasPrefix("payments does not subscribe to flyball.rbac; "))
  }
}
