internal import FeedbackLoop
internal import LoopRuntime
internal import MeshModel
internal import Signals
internal import Testing

struct SignalLaneTests {
  @Test("a delivery is answered once it is stored, and the loop hears of it")
  func stored() async throws {
    let store = SignalMemory(.works)
    let world = try SignalWorld(store)
    try await world.running {
      #expect(try await world.deliver("firing") == .accepted(new: 1, known: 0))
      #expect(store.entries.count == 1)
      try await world.eventually("a decision") {
        $0.tally.counts.contains { $0.key.event == "refused" && $0.value > 0 }
      }
      #expect(try await world.deliver("firing") == .accepted(new: 0, known: 1))
      let standing = await world.lane.standing
      #expect(standing.incidents.map(\.name) == ["Shell"])
      #expect(standing.tally.senders["am"]?.new == 1)
      #expect(standing.tally.senders["am"]?.known == 1)
      #expect(try await world.deliver("resolved") == .accepted(new: 1, known: 0))
      #expect(await world.lane.standing.incidents.isEmpty)
    }
  }

  @Test("what an alert calls for passes the plan check, reaches the actuator and is let go with it")
  func enforced() async throws {
    let world = try SignalWorld(SignalMemory(.works))
    try await world.acting {
      #expect(try await world.deliver("firing").status == 202)
      try await world.eventually("the throttle") {
        $0.unsafe != nil || world.history.lines.contains("apply throttle")
      }
      #expect(await world.loop.snapshot.unsafe == nil)
      #expect(try await world.deliver("resolved").status == 202)
      try await world.eventually("the release") { _ in world.history.lines.contains("withdraw") }
    }
  }

  @Test("with a store that fails the sender is told to send again, and nothing more is started")
  func failing() async throws {
    let world = try SignalWorld(SignalMemory(.fails))
    try await world.running {
      #expect(try await world.deliver("firing").status == 503)
      try await world.eventually("the loop to stop acting") { $0.unsafe != nil }
      #expect(await world.lane.standing.incidents.isEmpty)
    }
  }

  @Test("an alert that came before its workload is led to it, also after a restart")
  func foundLater() async throws {
    let store = SignalMemory(.works)
    let first = try SignalWorld(store, knows: false)
    try await first.running { _ = try await first.deliver("firing") }
    #expect(await first.lane.standing.incidents.map(\.key.subject.subject) == [nil])
    let world = try SignalWorld(SignalMemory(.works, store.entries))
    try await world.lane.restore()
    try await world.running {
      try await world.eventually("a decision") {
        $0.tally.counts.contains { $0.key.event == "refused" && $0.value > 0 }
      }
    }
    #expect(
      await world.lane.standing.incidents.map(\.key.subject) == [.subject(world.subject)])
  }

  @Test("what was reported by a sender that is configured no longer does not count after a restart")
  func removedSender() async throws {
    let store = SignalMemory(.works)
    let first = try SignalWorld(store)
    try await first.running { _ = try await first.deliver("firing", by: "former") }
    #expect(store.entries.count == 1)
    let world = try SignalWorld(SignalMemory(.works, store.entries))
    try await world.lane.restore()
    #expect(await world.lane.standing.incidents.isEmpty)
  }

  @Test("an operator's no to an alert that stands holds over a restart")
  func rejected() async throws {
    var policy = SignalWorld.throttling
    policy.mode = .approve
    let store = SignalMemory(.works)
    let first = try SignalWorld(store, policies: [policy])
    try await first.attach()
    var asked: ActionRecord?
    try await first.running {
      #expect(try await first.deliver("firing").status == 202)
      try await first.eventually("the question") {
        asked = $0.openActions.first
        return asked != nil
      }
    }
    for isNo in [true, false] {
      var action = try #require(asked)
      let at = LoopClock().now()
      action.state = .closed(.refused(isNo ? .rejected(by: "alice") : .approvalExpired), at: at)
      let world = try SignalWorld(SignalMemory(.works, store.entries), policies: [policy])
      await world.loop.restore(StoredState(actions: [action], isPaused: false))
      try await world.attach()
      try await world.lane.restore()
      try await world.running {
        try await world.eventually("an answer") {
          !$0.openActions.isEmpty
            || $0.tally.counts.contains { $0.key.event == "refused" && $0.value > 0 }
        }
      }
      #expect(await world.loop.snapshot.openActions.isEmpty == isNo)
    }
  }

  @Test("a store that hangs holds up no release, and at the end nobody waits for an answer")
  func hanging() async throws {
    let entries = SignalMemory(.works)
    let first = try SignalWorld(entries)
    try await first.running { _ = try await first.deliver("firing") }

    let world = try SignalWorld(SignalMemory(.hangs, entries.entries))
    try await world.lane.restore()
    #expect(await world.lane.standing.incidents.count == 1)
    let run = Task { try await world.lane.run() }
    let answer = Task { try await world.deliver("resolved") }
    let deadline = ContinuousClock.now + .seconds(10)
    while await !world.lane.standing.incidents.isEmpty {
      try #require(ContinuousClock.now < deadline, "waited for the release")
      await Task.yield()
    }
    run.cancel()
    #expect(try await answer.value.status == 503)
  }
}
