internal import Actuators
internal import Anomaly
package import FeedbackLoop
package import MeshModel
package import RuleScoring
internal import Sigma
package import Telemetry

/// Runs a recording through the reader, the scorer and the decision core that live traffic runs
/// through, against a mesh that does at once what it is told.
///
/// Time is that of the recording, and ids are numbered, so the same recording and policies always
/// give the same events. Overload is not played back: every recorded message is scored.
package struct Replay {
  package enum Event: Hashable, Sendable {
    case detected(Detection, at: Timestamp)
    case recorded(HistoryEntry)
    case escalated(ActionID?, String, at: Timestamp)
    /// So many messages are missing in the recording.
    case gap(UInt64, at: Timestamp)
  }

  package private(set) var ledger = IngestLedger()
  /// When the first and the latest message came; nil before.
  package private(set) var span: ClosedRange<Timestamp>?
  private let limits: LoopLimits
  private let policies: [ResponsePolicy]
  private var engine: LoopEngine
  private var scorer: Scorer
  private let rules: LoadedRules?
  private var ruleScorer: RuleScorer?
  private var streams = RecordedStreams()
  private var proxies: Set<ProxyID> = []
  private var mesh = PretendMesh()
  private var watched: Set<Subject> = []
  private var generation: UInt64 = 0
  private var lastID: UInt64 = 0
  private var nextTick: Timestamp?
  private var events: [Event] = []

  /// The gateways are those of the recording.
  package init(
    policies: [ResponsePolicy], rules: LoadedRules? = nil, limits: LoopLimits = LoopLimits()
  ) {
    self.policies = policies
    self.rules = rules
    self.limits = limits
    engine = LoopEngine(policies: policies, limits: limits)
    // The secret changes no decision.
    scorer = Scorer(thresholds: policies.thresholds, secret: 1)
  }

  /// Requests that each action would have stopped; both sides of a request may report it.
  package var stopped: [ActionID: Int] { mesh.stopped }

  package mutating func take(_ frame: RecordingFrame) throws(ReplayError) -> [Event] {
    switch frame {
    case .mesh(let recorded): try begin(recorded)
    case .source(let source, let number): try open(source, number)
    case .message(let bytes, let number, let receivedAt):
      try read(bytes, from: number, at: receivedAt)
    case .gap(let messages):
      if let now = span?.upperBound { events.append(.gap(messages, at: now)) }
    case .time(let instant): advance(to: instant)
    }
    defer { events = [] }
    return events
  }

  private mutating func begin(_ recorded: RecordedMesh) throws(ReplayError) {
    var limits = limits
    limits.gateways.formUnion(recorded.gateways)
    engine = LoopEngine(policies: policies, limits: limits)
    streams.begin(recorded)
    guard let rules else { return }
    do {
      // Nobody can answer a recording with other requests.
      ruleScorer = try RuleScorer(rules, gateways: limits.gateways, secret: 0)
    } catch {
      throw .rules(error.message)
    }
  }

  private mutating func open(_ source: RecordedSource, _ number: UInt32) throws(ReplayError) {
    try streams.open(source, number)
    let now = span?.upperBound ?? Timestamp(microseconds: 0)
    give([.reporting(source.reporter, isOpen: true)], at: now)
    if proxies.insert(source.reporter).inserted { give([accepted(source.reporter)], at: now) }
  }

  private mutating func read(
    _ bytes: [UInt8], from number: UInt32, at receivedAt: Timestamp
  ) throws(ReplayError) {
    var (batch, counted) = try streams.read(bytes, from: number, at: receivedAt)
    advance(to: receivedAt)
    ledger.add(counted)
    mesh.answer(&batch)
    var findings = scorer.findings(in: batch)
    ledger.countScored(batch.observations.count)
    let now = span?.upperBound ?? receivedAt
    for var detection in ruleScorer?.findings(in: batch).detections ?? [] {
      detection.trafficShare = scorer.trafficShare(
        of: detection.subject, before: detection.onset)
      findings.detections.append(detection)
    }
    events += findings.detections.map { .detected($0, at: now) }
    let inputs = findings.inputs {
      lastID += 1
      return ActionID(number: lastID)
    }
    give(inputs, at: now)
  }

  /// Ten times a second, as the daemon does, unless nothing would come of it.
  private mutating func advance(to instant: Timestamp) {
    // A year that nobody records in is a damaged one.
    let instant = min(max(instant, Timestamp(seconds: 0)), Timestamp(seconds: Self.lastSecond))
    let first = span?.lowerBound ?? instant
    let last = max(span?.upperBound ?? instant, instant)
    var tick = nextTick ?? first
    while tick <= last {
      if engine.isIdle {
        let missed = (last.microseconds &- tick.microseconds) / Self.tickMicroseconds
        tick.microseconds &+= missed &* Self.tickMicroseconds
      } else {
        give([.tick, .scores(scores(at: tick))] + neighbours(), at: tick)
      }
      tick.microseconds &+= Self.tickMicroseconds
    }
    nextTick = tick
    span = first...last
  }

  private func scores(at now: Timestamp) -> [Subject: Double] {
    Dictionary(
      uniqueKeysWithValues: watched.map { subject in
        (
          subject,
          max(
            scorer.score(of: subject, at: now),
            ruleScorer?.score(of: subject, at: now) ?? 0)
        )
      })
  }

  private func neighbours() -> [LoopInput] {
    watched.sorted().compactMap { subject in
      guard case .workload(let workload) = subject else { return nil }
      let health = scorer.neighbours(of: workload)
      return health.isEmpty ? nil : .neighbours(workload, health)
    }
  }

  /// Gives the inputs to the decision core, and what its effects lead to, until nothing follows.
  private mutating func give(_ inputs: [LoopInput], at now: Timestamp) {
    var queue = inputs[...]
    while let input = queue.popFirst() {
      for effect in engine.step(input, at: now) { queue += perform(effect, at: now) }
    }
  }

  private mutating func perform(_ effect: LoopEffect, at now: Timestamp) -> [LoopInput] {
    switch effect {
    case .record(let entry):
      events.append(.recorded(entry))
      return entry.isIntent ? entry.action.map { [.recorded($0.id, intent: $0.intent)] } ?? [] : []
    case .enforce(let enforcement, let generation):
      mesh.apply(enforcement, at: now)
      return acceptances(generation)
    case .withdraw(let action, let generation):
      mesh.withdraw(action)
      return acceptances(generation)
    case .watch(let watch):
      watched = watch.followed
      scorer.watch(watch)
      ruleScorer?.watch(watch)
    case .compare(let workload, let since): scorer.compare(workload, since: since)
    case .spend(let subject, let instant):
      scorer.spend(subject, before: instant)
      ruleScorer?.spend(subject, before: instant)
    case .relearn(let workload): scorer.relearn(workload, at: now)
    case .rehearse, .tested: break  // It does not test itself.
    case .escalate(let action, let reason):
      events.append(.escalated(action, reason, at: now))
    }
    return []
  }

  private mutating func acceptances(_ generation: UInt64) -> [LoopInput] {
    self.generation = max(self.generation, generation)
    return proxies.sorted().map { accepted($0) }
  }

  private func accepted(_ proxy: ProxyID) -> LoopInput {
    .proxy(
      ProxyReport(
        proxy: proxy, isAttached: true, generation: generation,
        filters: Dictionary(uniqueKeysWithValues: Filter.allCases.map { ($0, .accepted) })))
  }

  private static let tickMicroseconds: Int64 = 100_000
  /// The end of the year 9999.
  private static let lastSecond: Int64 = 253_402_300_799
}

/// Why a recording cannot be played.
package enum ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
  case noMesh
  case unknownStream(UInt32)
  case tooManyStreams
  case rules(String)

  package var description: String {
    switch self {
    case .noMesh: "the recording does not begin with its mesh"
    case .unknownStream(let number):
      "the recording has a message of stream \(number), which it does not name"
    case .tooManyStreams: "the recording has too many streams"
    case .rules(let reason): "the rules cannot be run: \(reason)"
    }
  }
}
