internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import Signals
internal import Telemetry
internal import Testing

/// By which share of the mesh's traffic an alert's policy is judged.
struct SignalShareTests {
  private let clock = StoppedClock()

  /// A policy that only watches what makes noise, and one that spares who sends much.
  private static var policies: [ResponsePolicy] {
    var watching = SignalWorld.throttling
    watching.name = "noise"
    watching.mode = .observe
    watching.matches[0].alerts = AlertTerms(name: "Noise")
    var sparing = SignalWorld.throttling
    sparing.matches[0].alerts = AlertTerms(name: "Shell")
    sparing.guardrails.maxTrafficShare = 0.3
    return [watching, sparing]
  }

  /// Requests of which the subject sends so many in a hundred, a minute ago then.
  private func serve(_ percent: Int, in world: SignalWorld) async throws {
    let before = world.scoring.ledger.scored
    // One batch in four counts.
    for _ in 0..<8 {
      var batch = ObservationBatch(
        reporter: ProxyID(principal: try SignalWorld.identity("orders"), node: ""),
        vantage: .destination)
      for number in 0..<100 {
        let peer = try number < percent ? world.subject : SignalWorld.identity("users")
        batch.append(at: clock.now, peer: .workload(peer), path: "/", .answered(status: 200))
      }
      var ledger = IngestLedger()
      ledger.countReceived(batch.observations.count)
      world.scoring.receive(batch, ledger)
    }
    try await world.eventually("the requests") { _ in
      world.scoring.ledger.scored == before + 800
    }
    clock.advance(seconds: 60)
  }

  /// What comes of an alert while another stands, each with the share that the subject had before it;
  /// nil for a mesh that served nothing.
  private func outcome(_ shares: (noise: Int?, shell: Int)) async throws -> String {
    let world = try SignalWorld(
      SignalMemory(.works), policies: Self.policies, now: { [clock] in clock.now })
    let scoring = Task { [scoring = world.scoring] in try await scoring.run() }
    defer { scoring.cancel() }
    try await world.attach()
    var outcome = ""
    try await world.running {
      if let noise = shares.noise { try await serve(noise, in: world) }
      #expect(try await world.deliver("firing", "Noise").status == 202)
      try await world.eventually("the first word") { Self.refused($0) == 1 }
      clock.advance(seconds: 3_600)
      try await serve(shares.shell, in: world)
      #expect(try await world.deliver("firing", "Shell").status == 202)
      try await world.eventually("the decision") {
        outcome = $0.openActions.first?.state.name ?? (Self.refused($0) > 1 ? "refused" : "")
        return !outcome.isEmpty
      }
    }
    return outcome
  }

  private static func refused(_ snapshot: LoopSnapshot) -> Int {
    snapshot.tally.counts.reduce(0) { $0 + ($1.key.event == "refused" ? $1.value : 0) }
  }

  @Test("an alert that stands for long does not hide what its workload sends now, nor the reverse")
  func longStanding() async throws {
    #expect(try await outcome((noise: 1, shell: 70)) == "refused")
    #expect(try await outcome((noise: 70, shell: 1)) == "refused")
    #expect(try await outcome((noise: 1, shell: 1)) == "recording")
  }

  @Test("a share that was not known of an earlier alert leaves a later one's")
  func unknownBefore() async throws {
    #expect(try await outcome((noise: nil, shell: 1)) == "recording")
    #expect(try await outcome((noise: nil, shell: 70)) == "refused")
  }
}
