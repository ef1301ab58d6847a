package import MeshModel

/// When the loop tests itself, how far a test came, and what the last one told.
///
///     waiting ──due, nothing in the way──> running ──release reached──> waiting
///                                           │   └─stage reached─> running, the next stage awaited
///                                           └──late, failed, broken off──> waiting
///
/// Ignored: a stage that was reached before, and whatever comes while no test runs.
package struct SelfTest: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    /// Nil until the first tick.
    case waiting(due: Timestamp?)
    case running(Run)
  }

  package struct Run: Hashable, Sendable {
    package let action: ActionID
    package let began: Timestamp
    package internal(set) var awaited: SelfTestStage
    /// When the stage before it was reached.
    package internal(set) var since: Timestamp
    package internal(set) var reached: [SelfTestResult.Reached]
    package internal(set) var lacks: [Lack]
  }

  package enum Event: Hashable, Sendable {
    /// `obstacle`: why a test now would disturb, or mislead; `verdict`: what is known to be missing.
    case tick(obstacle: String?, verdict: String?)
    /// This stage, and so all before it. `lacks`: what should have been there too.
    case reached(SelfTestStage, lacks: [Lack])
    case failed(SelfTestStage, String)
    case brokenOff(String)
  }

  package enum Effect: Hashable, Sendable {
    case begin(ActionID)
    case end(SelfTestResult)
  }

  package let terms: SelfTestTerms
  package private(set) var state = State.waiting(due: nil)
  /// What has held a due test back, since when.
  package private(set) var obstacle: Obstacle?
  /// The last one that passed or failed: one that was broken off tells nothing.
  package private(set) var last: SelfTestResult?
  package private(set) var lastPassedAt: Timestamp?
  package private(set) var passed: UInt64 = 0
  package private(set) var failed: UInt64 = 0
  package private(set) var brokenOff: UInt64 = 0
  /// How long each stage took when it was last reached.
  package private(set) var milliseconds: [SelfTestStage: Double] = [:]

  package struct Obstacle: Hashable, Sendable {
    package var since: Timestamp
    package var reason: String
  }

  package init(_ terms: SelfTestTerms) {
    self.terms = terms
  }

  package var run: Run? {
    if case .running(let run) = state { run } else { nil }
  }

  package mutating func handle(_ event: Event, at now: Timestamp) -> [Effect] {
    switch (state, event) {
    case (.waiting(let due), .tick(let obstacle, _)): wait(until: due, obstacle, at: now)
    case (.waiting, .reached), (.waiting, .failed), (.waiting, .brokenOff): []
    case (.running(let run), .tick(_, let verdict)): watch(run, verdict, at: now)
    case (.running(let run), .reached(let stage, let lacks)): reach(stage, lacks, run, at: now)
    case (.running(let run), .failed(let stage, let reason)):
      end(run, .failed(stage, reason), at: now)
    case (.running(let run), .brokenOff(let reason)): end(run, .brokenOff(reason), at: now)
    }
  }

  private mutating func wait(
    until due: Timestamp?, _ reason: String?, at now: Timestamp
  ) -> [Effect] {
    guard let due else {
      state = .waiting(due: now.adding(milliseconds: soonest(SelfTestTerms.firstMilliseconds)))
      return []
    }
    guard now >= due else { return [] }
    if let reason {
      obstacle = Obstacle(since: obstacle?.since ?? now, reason: reason)
      return []
    }
    obstacle = nil
    let id = ActionID(
      number: StableHash("\(terms.subject) at \(now.microseconds)").value)
    state = .running(
      Run(action: id, began: now, awaited: .sense, since: now, reached: [], lacks: []))
    return [.begin(id)]
  }

  private mutating func watch(_ run: Run, _ verdict: String?, at now: Timestamp) -> [Effect] {
    let limit = run.awaited.deadlineMilliseconds
    guard now >= run.since.adding(milliseconds: limit) else { return [] }
    let late = "not reached within \(limit / 1_000) s"
    return end(
      run, .failed(run.awaited, verdict.map { "\(late); \($0)" } ?? late), at: now)
  }

  private mutating func reach(
    _ stage: SelfTestStage, _ lacks: [Lack], _ earlier: Run, at now: Timestamp
  ) -> [Effect] {
    var run = earlier
    guard stage >= run.awaited else { return [] }
    run.lacks += lacks
    while true {
      let spent = now.milliseconds(since: run.since)
      milliseconds[run.awaited] = spent
      run.reached.append(.init(stage: run.awaited, milliseconds: spent))
      run.since = now
      guard let next = run.awaited.next else {
        return end(run, .passed(lacks: run.lacks), at: now)
      }
      run.awaited = next
      guard next <= stage else { break }
    }
    state = .running(run)
    return []
  }

  private mutating func end(
    _ run: Run, _ outcome: SelfTestResult.Outcome, at now: Timestamp
  ) -> [Effect] {
    let result = SelfTestResult(
      action: run.action, began: run.began, ended: now, outcome: outcome, reached: run.reached)
    let pause: Int64
    switch outcome {
    case .passed:
      passed += 1
      last = result
      lastPassedAt = now
      pause = terms.everyMilliseconds
    case .failed:
      failed += 1
      last = result
      pause = soonest(SelfTestTerms.afterFailureMilliseconds)
    case .brokenOff:
      brokenOff += 1
      pause = soonest(SelfTestTerms.afterBreakMilliseconds)
    }
    state = .waiting(due: now.adding(milliseconds: pause))
    return [.end(result)]
  }

  private func soonest(_ milliseconds: Int64) -> Int64 {
    min(milliseconds, terms.everyMilliseconds)
  }
}
