internal import Actuators
internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// Clients outside the mesh, at the gateway `ingress`.
struct ClientTests {
  private let gateway = Scenario.identity("ingress")

  private func scenario(
    clients: Bool = true, protected: [String] = [], isGateway: Bool = true
  ) -> Scenario {
    var policy = Scenario.policy()
    policy.scope.clients = clients
    return Scenario(
      policy: policy,
      limits: LoopLimits(
        protectedClients: protected.compactMap { IPPrefix($0) },
        gateways: isGateway ? [gateway] : []),
      nodes: ["ingress", "payments"])
  }

  private func detection(
    _ address: String = "203.0.113.7", witnesses: [SPIFFEID]? = nil
  ) throws -> Detection {
    var detection = Scenario.detection(corroborated: 0)
    detection.subject = .client(try #require(IPPrefix(address)), at: gateway)
    detection.witnesses = witnesses ?? [gateway]
    return detection
  }

  @Test("a gateway's word is enough against its own client, and only the gateway enforces it")
  func quarantine() throws {
    var scenario = scenario()
    scenario.give(.detected(try detection(), id: Scenario.id))
    #expect(scenario.action?.stage == .quarantine)
    scenario.record()
    #expect(scenario.action.map { Array($0.proxies.keys) } == [Scenario.proxy("ingress")])
  }

  @Test("nobody else's word is")
  func otherWitness() throws {
    var scenario = scenario()
    let found = try detection(witnesses: [Scenario.identity("payments")])
    scenario.give(.detected(found, id: Scenario.id))
    scenario.wait(milliseconds: 150)
    #expect(scenario.action?.stage != .quarantine)
  }

  @Test("a policy covers clients only when it says so, and then no workload")
  func scope() throws {
    var workloads = scenario(clients: false)
    workloads.give(.detected(try detection(), id: Scenario.id))
    #expect(workloads.action == nil)
    var clients = scenario()
    clients.detect()
    #expect(clients.action == nil)
  }

  @Test(
    "the machine's own addresses and protected ones are never subjects",
    arguments: ["127.0.0.1", "169.254.1.1", "::/64", "fe80::/64", "10.1.2.3", "2001:db8::/64"])
  func protected(address: String) throws {
    var scenario = scenario(protected: ["10.0.0.0/8", "2001:db8::10"])
    scenario.give(.detected(try detection(address), id: Scenario.id))
    #expect(scenario.action?.state == .closed(.refused(.protected), at: scenario.now))
  }

  @Test("a gateway that is no longer one cuts off nobody")
  func formerGateway() throws {
    var scenario = scenario(isGateway: false)
    scenario.give(.detected(try detection(), id: Scenario.id))
    #expect(scenario.action?.state == .closed(.refused(.protected), at: scenario.now))
  }

  @Test("clients use up neither the actions, the refusals nor the memory that workloads need")
  func budgets() throws {
    var policy = Scenario.policy()
    policy.scope.clients = true
    policy.guardrails.maxActive = 1_000
    policy.name = "clients"
    var scenario = Scenario(
      policy: policy, limits: LoopLimits(maxActive: 1, maxActiveClients: 3, gateways: [gateway]),
      nodes: ["ingress", "payments", "users"])
    scenario.engine.policies.append(Scenario.policy())
    for number: UInt64 in 1...250 {
      scenario.give(
        .detected(try detection("198.51.100.\(number)"), id: ActionID(number: 1_000 + number)))
    }
    #expect(scenario.engine.openActions.count == 3)
    scenario.detect()
    #expect(scenario.action?.state.name == "recording")
    scenario.give(.detected(Scenario.detection("users"), id: ActionID(number: 2)))
    #expect(
      scenario.engine.actions[ActionID(number: 2)]?.state
        == .closed(.refused(.maxActive(limit: 1)), at: scenario.now))
  }

  @Test("many clients of one gateway can be subjects at once")
  func many() throws {
    var scenario = scenario()
    for number: UInt64 in 1...3 {
      scenario.give(
        .detected(try detection("203.0.113.\(number)"), id: ActionID(number: number)))
    }
    #expect(
      scenario.engine.openActions.map(\.state.name) == ["recording", "recording", "recording"])
  }
}
