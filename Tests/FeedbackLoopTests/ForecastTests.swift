internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// What an order would do, told before it is given.
struct ForecastTests {
  private static let states = [
    "none", "awaiting-approval", "recording", "applying", "verifying", "holding", "releasing-step",
    "verifying-release-step", "holding-throttle", "releasing", "verifying-release", "released",
  ]
  private static let stages: [Stage] = [
    .quarantine, .throttle(Rate(perSecond: 5, burst: 5)), .tightenMTLS,
  ]

  @Test(
    "a forecast is what the order then does, in whatever state its subject is", arguments: states)
  func asCarriedOut(state: String) {
    for stage in Self.stages {
      for lifetime in [60_000, 0, 999_999_999] as [Int64] {
        for isPaused in [false, true] {
          var scenario = Scenario()
          if state != "none" { scenario.reach(state) }
          if isPaused { scenario.order(.pause) }
          let order = OperatorOrder(
            subject: Scenario.subject, stage: stage, ttlMilliseconds: lifetime, reason: "test")
          let id = ActionID(number: 7)
          let told = scenario.engine.forecast(order, id: id, by: "alice", at: scenario.now)
          let place = "\(state), \(stage), \(lifetime), paused \(isPaused)"
          do throws(CommandRefusal) {
            _ = try scenario.engine.handle(.order(order, id: id), by: "alice", at: scenario.now)
            let done = scenario.engine.openActions.first {
              $0.subject == Scenario.subject && $0.stage == stage
            }
            #expect(told.refusal == nil, "\(place)")
            #expect(done?.enforcement == told.enforcement, "\(place)")
            #expect(done.map { Set($0.proxies.keys) } == Set(told.scope.keys), "\(place)")
          } catch {
            #expect(told.refusal == error, "\(place)")
            #expect(told.enforcement.stage == stage, "\(place)")
          }
        }
      }
    }
  }

  @Test("proxies that cannot enforce it are named with the reason before it is ordered")
  func incapable() {
    var scenario = Scenario()
    scenario.acknowledge("users", filters: [.throttle])
    let order = OperatorOrder(
      subject: Scenario.subject, stage: .quarantine, ttlMilliseconds: 60_000, reason: "test")
    let told = scenario.engine.forecast(
      order, id: ActionID(number: 7), by: "alice", at: scenario.now)
    #expect(told.refusal == nil)
    #expect(told.scope[Scenario.proxy("payments")] == .some(nil))
    #expect(told.scope[Scenario.proxy("users")]??.contains("flyball.rbac") == true)
  }
}
