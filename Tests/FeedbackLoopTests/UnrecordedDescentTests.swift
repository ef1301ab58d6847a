internal import FeedbackLoop
internal import MeshModel
internal import Testing

/// What left while the history could not be written, as the next start finds it.
struct UnrecordedDescentTests {
  /// The record of a quarantine in force, and what becomes of it after the last write that succeeded.
  private static func quarantined(
    _ change: (inout Scenario) -> Void
  ) throws -> (record: ActionRecord, descents: [UnrecordedDescent], now: Timestamp) {
    var scenario = Scenario()
    scenario.reach("holding")
    let record = try #require(scenario.action)
    scenario.give(.recordFailed("disk full"))
    scenario.effects = []
    scenario.now = scenario.now.adding(milliseconds: 1_000)
    change(&scenario)
    return (record, scenario.descents, scenario.now)
  }

  private static func restored(
    _ record: ActionRecord, isPaused: Bool = false, at now: Timestamp
  ) -> Scenario {
    var after = Scenario()
    after.now = now
    after.effects += after.engine.restore([record], isPaused: isPaused, at: now)
    return after
  }

  @Test(
    "what stepped down without a record is not pressed harder by a restart, paused or not",
    arguments: [false, true])
  func steppedDown(isPaused: Bool) throws {
    let (record, descents, now) = try Self.quarantined {
      $0.calm()
      $0.now = $0.now.adding(milliseconds: 3_000)
      $0.calm()
    }
    let descent = try #require(descents.first)
    #expect(descent.kind == .steppedDown)
    var after = Self.restored(record.onItsWay(descent), isPaused: isPaused, at: now)
    #expect(after.enforced == [.throttle(Rate(perSecond: 50, burst: 50))])
    #expect(after.stateName == "releasing")
    #expect(
      after.details == [
        "quarantine to throttle: stepped down at 1970-01-01T00:16:44.000000Z, while the history"
          + " could not be written"
      ])
    // What was seen of the quarantine proves nothing of the throttle.
    after.acknowledgeAll()
    #expect(after.stateName == "verifying-release")
  }

  @Test("what was lessened without a record, because it harmed others, is not done again")
  func lessened() throws {
    let (record, descents, now) = try Self.quarantined {
      $0.give(
        .neighbours(
          Scenario.identity("reports"),
          ["payments", "users"].map {
            NeighbourHealth(
              caller: Scenario.identity($0), before: RequestTally(failed: 0, total: 50),
              since: RequestTally(failed: 30, total: 50))
          }))
    }
    let descent = try #require(descents.first)
    #expect(descent.kind == .lessened)
    var after = Self.restored(record.onItsWay(descent), at: now)
    after.detect()
    #expect(after.action?.stage.name == "throttle")
    #expect(!after.effects.contains { $0.isIntent })
  }

  @Test("an intent that an operator took back is not enforced by a restart")
  func takenBack() throws {
    var scenario = Scenario()
    scenario.reach("recording")
    let record = try #require(scenario.action)
    scenario.effects = []
    scenario.order(.revert(Scenario.id), by: "alice")
    let descent = try #require(scenario.descents.first)
    #expect(descent.kind == .withdrawn)
    #expect(descent.by == "alice")
    let after = Self.restored(record.onItsWay(descent), at: scenario.now)
    #expect(after.enforced.isEmpty)
    #expect(after.effects.contains { $0.isWithdraw })
  }

  @Test("what was refused before anything was intended is no way down")
  func refused() {
    var scenario = Scenario()
    scenario.engine.policies = [Scenario.policy(mode: .observe)]
    scenario.detect()
    #expect(scenario.events == ["refused"])
    #expect(scenario.descents.isEmpty)
  }

  @Test("a later record, and one that tells it, stand; a note does not")
  func stale() throws {
    let (record, descents, now) = try Self.quarantined {
      $0.order(.revert(Scenario.id), by: "alice")
    }
    let descent = try #require(descents.first)
    #expect(!record.tells(of: descent))
    let after = Self.restored(record.onItsWay(descent), at: now)
    #expect(try #require(after.action).tells(of: descent))
    // New misdeeds break the release off; a note must not lift what is enforced by a later intent.
    var later = record
    later.sentAt = now.adding(milliseconds: 1)
    #expect(later.tells(of: descent))
    later.sentAt = now
    #expect(!later.tells(of: descent))
  }

  @Test("an extension that was given up with the history does not come back with a step down")
  func extended() throws {
    let (record, descents, now) = try Self.quarantined {
      $0.calm()
      $0.now = $0.now.adding(milliseconds: 3_000)
      $0.calm()
    }
    var extending = record
    extending.course.extendedTo = record.notAfter.adding(milliseconds: 5_000)
    extending.state = .recording(from: .quarantine, until: now)
    let after = Self.restored(
      extending.onItsWay(try #require(descents.first)), at: now)
    #expect(after.action?.notAfter == record.notAfter)
    #expect(after.enforced.map(\.name) == ["throttle"])
  }

  @Test("of several ways down of one action the one that takes back most is noted")
  func most() {
    let kinds = UnrecordedDescent.Kind.allCases
    #expect(kinds == [.steppedDown, .lessened, .withdrawn])
    for (low, known) in kinds.enumerated() {
      for (high, new) in kinds.enumerated() {
        let said = Self.descent(new).says(moreThan: Self.descent(known))
        #expect(said == (high > low))
      }
      #expect(Self.descent(known, by: "alice").says(moreThan: Self.descent(known)))
      #expect(!Self.descent(known).says(moreThan: Self.descent(known, by: "alice")))
      #expect(!Self.descent(known, by: "bob").says(moreThan: Self.descent(known, by: "alice")))
    }
  }

  private static func descent(
    _ kind: UnrecordedDescent.Kind, by: String? = nil
  ) -> UnrecordedDescent {
    UnrecordedDescent(kind, of: Scenario.id, at: Timestamp(seconds: 1_000), by: by)
  }
}

extension Scenario {
  /// The ways down among what was to be recorded.
  fileprivate var descents: [UnrecordedDescent] {
    effects.compactMap {
      if case .record(let entry) = $0 { UnrecordedDescent(entry) } else { nil }
    }
  }

  /// The stages that were sent.
  fileprivate var enforced: [Stage] {
    effects.compactMap {
      if case .enforce(let enforcement, _) = $0 { enforcement.stage } else { nil }
    }
  }
}
