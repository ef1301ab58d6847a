internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// The policy's ttl is a minute, and what is asked for begins at second 1,000.
struct ExtensionTests {
  private static func extend(seconds: Int64) -> OperatorCommand {
    .extend(Scenario.id, milliseconds: seconds * 1_000, reason: "not over yet")
  }

  private static func holding(_ limits: LoopLimits = LoopLimits(), after seconds: Int64 = 30)
    -> Scenario
  {
    var scenario = Scenario(limits: limits)
    scenario.reach("holding")
    scenario.wait(milliseconds: seconds * 1_000)
    scenario.effects = []
    return scenario
  }

  @Test("an extension is recorded before any proxy hears of it, and says who, how long and why")
  func recordedFirst() throws {
    var scenario = Self.holding()
    scenario.order(Self.extend(seconds: 20))
    guard case .record(let entry)? = scenario.effects.first else {
      Issue.record("nothing recorded")
      return
    }
    #expect(entry.isIntent)
    #expect(
      entry.detail == "ordered by alice, from 1970-01-01T00:17:40.000000Z to"
        + " 1970-01-01T00:18:00.000000Z: not over yet")
    #expect(entry.action?.intended.notAfter == Timestamp(seconds: 1_080))
    #expect(!scenario.effects.contains { $0.isEnforce })
    #expect(scenario.action?.notAfter == Timestamp(seconds: 1_060))

    scenario.record()
    let deadlines = scenario.effects.compactMap {
      if case .enforce(let enforcement, _) = $0 { enforcement.notAfter } else { nil }
    }
    #expect(deadlines == [Timestamp(seconds: 1_080)])
    #expect(scenario.action?.notAfter == Timestamp(seconds: 1_080))
  }

  @Test("what was seen of an extended action stays seen: it holds once all proxies accepted")
  func staysProved() {
    var scenario = Self.holding()
    scenario.order(Self.extend(seconds: 20))
    scenario.record()
    #expect(scenario.stateName == "applying")
    scenario.acknowledgeAll()
    #expect(scenario.stateName == "holding")
    #expect(scenario.action?.verdict == .effective)
    scenario.wait(milliseconds: 49_000)
    #expect(scenario.stateName == "holding")
    scenario.wait(milliseconds: 2_000)
    #expect(scenario.stateName == "releasing")
  }

  @Test("an extension that does not become durable leaves the old deadline")
  func notDurable() {
    var failed = Self.holding()
    failed.order(Self.extend(seconds: 20))
    failed.give(.recordFailed("disk full"))
    var late = Self.holding()
    late.order(Self.extend(seconds: 20))
    late.wait(milliseconds: 6_000)
    for var scenario in [failed, late] {
      #expect(scenario.stateName == "holding")
      #expect(scenario.action?.intended.notAfter == Timestamp(seconds: 1_060))
      scenario.effects = []
      scenario.record()
      #expect(!scenario.effects.contains { $0.isEnforce })
      scenario.wait(milliseconds: 31_000)
      #expect(scenario.stateName == "releasing")
    }
  }

  @Test("an action ends while its extension is recorded: the later deadline is forgotten")
  func reverted() {
    var scenario = Self.holding()
    scenario.order(Self.extend(seconds: 20))
    scenario.order(.revert(Scenario.id))
    #expect(scenario.stateName == "releasing")
    #expect(scenario.action?.intended.notAfter == Timestamp(seconds: 1_060))
    scenario.record()
    #expect(scenario.stateName == "releasing")
  }

  @Test("a pause before an extension is durable holds it back")
  func paused() {
    var scenario = Self.holding()
    scenario.order(Self.extend(seconds: 20))
    scenario.order(.pause)
    scenario.record()
    #expect(!scenario.effects.contains { $0.isEnforce })
    #expect(scenario.stateName == "holding")
    #expect(scenario.action?.intended.notAfter == Timestamp(seconds: 1_060))
  }

  @Test("an extension reaches at most its policy's ttl from now")
  func lifetime() {
    var scenario = Self.holding()
    let limit = ExtensionLimit(latest: Timestamp(seconds: 1_090), bound: .lifetime)
    #expect(scenario.refusal(of: Self.extend(seconds: 31)) == .extensionLimit(limit))
    #expect(scenario.refusal(of: Self.extend(seconds: 30)) == nil)
  }

  @Test("an extension reaches at most the continuous time from the first intent")
  func continuous() {
    var scenario = Self.holding(LoopLimits(maxContinuousMilliseconds: 75_000))
    let limit = ExtensionLimit(latest: Timestamp(seconds: 1_075), bound: .continuousTime)
    #expect(scenario.refusal(of: Self.extend(seconds: 16)) == .extensionLimit(limit))
    #expect(scenario.refusal(of: Self.extend(seconds: 15)) == nil)
    scenario.record()
    scenario.acknowledgeAll()
    scenario.wait(milliseconds: 10_000)
    #expect(scenario.refusal(of: Self.extend(seconds: 1)) == .extensionLimit(limit))
  }

  @Test("the time an action waited for its approval is no time it acted")
  func afterApproval() {
    var scenario = Scenario(limits: LoopLimits(maxContinuousMilliseconds: 75_000))
    scenario.reach("awaiting-approval")
    scenario.wait(milliseconds: 500_000)
    scenario.approve()
    scenario.record()
    scenario.acknowledgeAll()
    scenario.stop()
    scenario.wait(milliseconds: 30_000)
    #expect(scenario.refusal(of: Self.extend(seconds: 15)) == nil)
  }

  @Test("zero, less, or more than any action may last is refused")
  func amounts() {
    var scenario = Self.holding()
    for seconds in [0, -1, 3_601, Int64.max / 1_000] {
      #expect(
        scenario.refusal(of: Self.extend(seconds: seconds))
          == .badExtension(limitMilliseconds: 3_600_000))
    }
  }

  @Test(
    "only what holds is extended",
    arguments: [
      "awaiting-approval", "recording", "applying", "verifying", "releasing-step", "releasing",
      "verifying-release", "released",
    ])
  func states(_ state: String) {
    var scenario = Scenario()
    scenario.reach(state)
    let name = scenario.stateName
    #expect(scenario.refusal(of: Self.extend(seconds: 1)) == .notHolding(state: name))
    #expect(scenario.stateName == name)
  }

  @Test("what guards a new action guards an extension")
  func guarded() {
    var scenario = Self.holding()
    scenario.order(.pause)
    #expect(scenario.refusal(of: Self.extend(seconds: 10)) == .guardrail(.paused))
    scenario.order(.resume)
    scenario.give(.load(.hold))
    #expect(scenario.refusal(of: Self.extend(seconds: 10)) == .guardrail(.overloaded(.hold)))
    scenario.give(.load(.normal))
    scenario.engine.policies = []
    #expect(scenario.refusal(of: Self.extend(seconds: 10)) == .guardrail(.policyRemoved))
  }

  @Test("the self-test's action is not extended")
  func selfTest() throws {
    var scenario = Scenario.testing()
    scenario.test(until: .verify)
    let id = try #require(scenario.tested).id
    let command = OperatorCommand.extend(id, milliseconds: 1_000, reason: "why not")
    #expect(scenario.refusal(of: command) == .selfTest)
  }

  @Test("after a restart a durable extension counts, and none while paused")
  func restarted() throws {
    var scenario = Self.holding()
    scenario.order(Self.extend(seconds: 20))
    let stored = try #require(scenario.action)
    for (isPaused, deadline) in [(false, 1_080), (true, 1_060)] as [(Bool, Int64)] {
      var next = Scenario()
      next.now = Timestamp(seconds: 1_040)
      next.effects = next.engine.restore([stored], isPaused: isPaused, at: next.now)
      #expect(next.action?.notAfter == Timestamp(seconds: deadline))
      #expect(next.action?.course.extendedTo == nil)
      #expect(next.effects.contains { $0.isEnforce })
    }
  }
}

extension Scenario {
  fileprivate mutating func refusal(of command: OperatorCommand) -> CommandRefusal? {
    do {
      effects += try engine.handle(command, by: "alice", at: now)
      return nil
    } catch {
      return error
    }
  }
}
