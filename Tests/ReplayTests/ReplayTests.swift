internal import FeedbackLoop
internal import MeshModel
internal import Replay
internal import Telemetry
internal import Testing

struct ReplayTests {
  private static func policy(
    _ mode: ResponsePolicy.Mode, _ stage: Stage
  ) -> ResponsePolicy {
    ResponsePolicy(
      name: "\(mode)", mode: mode,
      matches: [ScoreMatch(detector: .lateralMovement, above: 0.99)],
      steps: [PolicyStep(stage: stage)], revert: RevertTerms(ttlMilliseconds: 60_000))
  }

  /// A scan by `reports`, as both sides report it, under the policies: what was stored of the
  /// actions at last, and the events.
  private func scan(
    _ policies: [ResponsePolicy]
  ) throws -> (actions: [ActionID: ActionRecord], replay: Replay) {
    var replay = Replay(policies: policies)
    var actions: [ActionID: ActionRecord] = [:]
    func take(_ frame: RecordingFrame) throws {
      for case .recorded(let entry) in try replay.take(frame) {
        if let action = entry.action { actions[action.id] = action }
      }
    }
    let called = ["payments", "users"]
    try take(
      .mesh(
        RecordedMesh(
          trustDomain: "shop.demo",
          services: Dictionary(uniqueKeysWithValues: called.map { ($0, Recorded.identity($0)) }),
          gateways: [])))
    try take(.source(Recorded.source("reports", .outbound), number: 1))
    for (index, name) in called.enumerated() {
      try take(.source(Recorded.source(name, .inbound), number: UInt32(index) + 2))
    }
    for second in 0..<12 {
      let at = Timestamp(seconds: 100 + Int64(second))
      let receivedAt = at.adding(milliseconds: 100)
      let requests: [(path: String, status: UInt32)] = (0..<3).map { ("/p\(second)-\($0)", 404) }
      for (index, name) in called.enumerated() {
        let sent = try Recorded.message(requests, cluster: name, at: at)
        try take(.message(sent, source: 1, receivedAt: receivedAt))
        let got = try Recorded.message(requests, peer: "reports", at: at)
        try take(.message(got, source: UInt32(index) + 2, receivedAt: receivedAt))
      }
    }
    return (actions, replay)
  }

  @Test("a replay tells what shadows would have stopped, beside what is enforced")
  func shadows() throws {
    let (actions, replay) = try scan([
      Self.policy(.shadow, .quarantine), Self.policy(.enforce, .quarantine),
    ])
    #expect(actions.count == 2)
    for action in actions.values {
      #expect(action.verdict == .effective, "\(action.measure)")
      #expect(replay.stopped[action.id] ?? 0 > 0)
    }
    #expect(Set(actions.values.map(\.measure)) == ["quarantine", "shadow quarantine"])
  }

  @Test("a replayed reroute is proved, and its decoy's answers are no evidence")
  func reroute() throws {
    let decoy = try #require(ClusterName(parsing: "decoy"))
    let (actions, replay) = try scan([Self.policy(.enforce, .reroute(to: decoy))])
    #expect(actions.count == 1)
    let action = try #require(actions.values.first)
    #expect(action.verdict == .effective)
    #expect(replay.stopped[action.id] ?? 0 > 0)
  }
}
