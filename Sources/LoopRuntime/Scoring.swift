package import Anomaly
package import FeedbackLoop
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization
package import Telemetry

/// Takes telemetry from all streams into one bounded queue, has the shards score it, and takes their
/// findings to the loop.
///
/// Every shard sees every batch, in the order of the queue, so what is found does not depend on how
/// many shards there are or how they are scheduled.
package final class Scoring: ObservationSink, Service {
  let shards: [ScoringShard]
  package let rules: RuleLane?
  private let loop: Loop
  private let now: @Sendable () -> Timestamp
  private let newID: @Sendable () -> ActionID
  private let state = Mutex(State())
  private let bell: AsyncStream<Void>
  private let ringBell: AsyncStream<Void>.Continuation
  /// What became of probes waits for no telemetry. The newest 1,024 are kept for a slow loop.
  private let probed: AsyncStream<LoopInput>
  private let note: AsyncStream<LoopInput>.Continuation

  private struct State {
    var ledger = IngestLedger()
    var gauge = LoadGauge()
    var queue = TelemetryQueue()
    var watched: Set<Subject> = []
    var watchedKeys: Set<UInt64> = []
    var inbound = InboundCounts()
  }

  package init(
    shardCount: Int, policies: [ResponsePolicy], rules: RuleLane? = nil, loop: Loop,
    secret: UInt64, now: @escaping @Sendable () -> Timestamp,
    newID: @escaping @Sendable () -> ActionID
  ) {
    let thresholds = policies.thresholds
    shards = (0..<shardCount).map { shard in
      ScoringShard(
        Scorer(thresholds: thresholds, shard: shard, of: shardCount, secret: secret))
    }
    self.rules = rules
    self.loop = loop
    self.now = now
    self.newID = newID
    (bell, ringBell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (probed, note) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1_024))
  }

  package func run() async throws {
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { for await input in self.probed { await self.loop.submit(input) } }
        group.addTask { await self.scoreWaiting() }
        if let rules = self.rules { group.addTask { await self.report(rules) } }
      }
    } onGracefulShutdown: {
      self.ringBell.finish()
      self.note.finish()
      self.rules?.finish()
    }
  }

  package func receive(_ batch: ObservationBatch, _ ledger: IngestLedger) {
    let instant = now()
    for probe in batch.probes { note.yield(.probed(probe, at: batch.reporter)) }
    state.withLock { state in
      state.ledger.add(ledger)
      if batch.vantage == .destination {
        state.inbound.add(
          batch.observations.count, anonymous: ledger.rejected[.noPeerIdentity] ?? 0,
          to: batch.reporter.principal, at: instant)
      }
      let isSuspect =
        !state.watchedKeys.isEmpty
        && (batch.observations.contains { state.watchedKeys.contains($0.source) }
          || batch.marks.contains { state.watchedKeys.contains(batch.subjectKey(of: $0)) })
      // Marks alone say something of followed subjects only.
      guard isSuspect || !batch.observations.isEmpty else { return }
      for (kind, count) in state.queue.push(batch, isSuspect: isSuspect, at: instant) {
        state.ledger.countShed(kind, count)
      }
    }
    ringBell.yield()
  }

  /// Takes what the self-test's offender is to have done as if proxies had reported it; says why not
  /// all of it came in.
  func rehearse(_ offence: SyntheticOffence) -> String? {
    let reports = offence.reports(at: now())
    let read = reports.reduce(0) { $0 + $1.batch.observations.count }
    guard read == SyntheticOffence.entries else {
      return "\(read) of \(SyntheticOffence.entries) access log entries could be read"
    }
    for (batch, ledger) in reports { receive(batch, ledger) }
    return nil
  }

  package func receive(_ ledger: IngestLedger) {
    state.withLock { $0.ledger.add(ledger) }
  }

  package func isFull(for reporter: SPIFFEID) -> Bool {
    state.withLock { $0.queue.isFull(for: reporter) }
  }

  package func stream(of proxy: ProxyID, isOpen: Bool) async {
    await loop.submit(.reporting(proxy, isOpen: isOpen))
  }

  package var ledger: IngestLedger { state.withLock { $0.ledger } }

  /// Whether entries came of who has an identity that is kept for the self-test.
  var isImpersonated: Bool { state.withLock { ($0.ledger.rejected[.reserved] ?? 0) > 0 } }

  /// How far telemetry can be trusted now; to be asked several times a second.
  func load() -> LoadState {
    let instant = now()
    return state.withLock {
      $0.gauge.judge($0.ledger, fill: $0.queue.fill, oldest: $0.queue.oldest, at: instant)
    }
  }

  /// Whether there is time for those who only look.
  var isCalm: Bool { state.withLock { $0.queue.fill < 0.5 } }

  func inbound(at now: Timestamp) -> [SPIFFEID: RequestTally] {
    state.withLock { $0.inbound.recent(at: now) }
  }

  /// Everything learned, for `restore`.
  func references() async -> [UInt8] {
    var sections: [[UInt8]] = []
    for shard in shards { sections.append(await shard.references()) }
    return ReferenceFormat.join(sections)
  }

  /// All shards take their part, or, on the first mistake, none keeps any.
  func restore(_ bytes: [UInt8]) async throws {
    let sections = try ReferenceFormat.split(bytes, shards: shards.count)
    do {
      for (shard, section) in zip(shards, sections) { try await shard.restore(section) }
    } catch {
      for shard in shards { await shard.forgetReferences() }
      throw error
    }
  }

  /// The detection with the share of the traffic that the subject had, as far as any shard knows it.
  func withShare(_ detection: Detection) async -> Detection {
    await shards[0].withShares([detection])[0]
  }

  package func subjectCount() async -> Int {
    var count = 0
    for shard in shards { count += await shard.subjectCount }
    return count
  }

  package func entityCount() async -> Int {
    var count = 0
    for shard in shards { count += await shard.entityCount }
    return count
  }

  /// Alarms and what they came from, of all shards.
  package func calibration() async -> Calibration {
    var sum = Calibration()
    for shard in shards { sum = await sum + shard.calibration }
    return sum
  }

  package func retune(_ policies: [ResponsePolicy]) async {
    for shard in shards { await shard.retune(policies.thresholds) }
  }

  func watch(_ watch: Watch) async {
    state.withLock {
      $0.watched = watch.followed
      $0.watchedKeys = Set(watch.followed.map(\.key))
    }
    for shard in shards { await shard.watch(watch) }
    rules?.watch(watch)
  }

  func spend(_ subject: Subject, before instant: Timestamp) async {
    for shard in shards { await shard.spend(subject, before: instant) }
    rules?.spend(subject, before: instant)
  }

  func compare(_ workload: SPIFFEID, since: Timestamp) async {
    for shard in shards { await shard.compare(workload, since: since) }
  }

  /// How those fare who call the workloads that are acted on.
  package func neighbours() async -> [(SPIFFEID, [NeighbourHealth])] {
    var health: [(SPIFFEID, [NeighbourHealth])] = []
    for case .workload(let workload) in state.withLock({ $0.watched }).sorted() {
      var calls: [NeighbourHealth] = []
      for shard in shards { calls += await shard.neighbours(of: workload) }
      if !calls.isEmpty { health.append((workload, calls)) }
    }
    return health
  }

  func relearn(_ workload: SPIFFEID) async {
    let instant = now()
    for shard in shards { await shard.relearn(workload, at: instant) }
  }

  /// The watched subjects' scores now.
  func watchedScores(at now: Timestamp) async -> [Subject: Double] {
    let watched = state.withLock { $0.watched }
    guard !watched.isEmpty else { return [:] }
    var scores: [Subject: Double] = [:]
    for shard in shards {
      scores.merge(await shard.scores(of: watched, at: now)) { max($0, $1) }
    }
    for found in (rules?.scores(at: now) ?? [:]).values {
      for (subject, score) in found where watched.contains(subject) {
        scores[subject] = max(scores[subject] ?? 0, score)
      }
    }
    return scores
  }

  private func scoreWaiting() async {
    for await _ in bell {
      while true {
        let batches = state.withLock { $0.queue.take(observations: Self.turn) }
        guard !batches.isEmpty else { break }
        await score(batches)
      }
    }
  }

  /// Has every shard score the batches, all at once, and reports what they found in their order.
  private func score(_ batches: [ObservationBatch]) async {
    rules?.score(batches)
    let found = await withTaskGroup(of: (Int, [Findings]).self) { group in
      for (number, shard) in shards.enumerated() {
        group.addTask { (number, await shard.score(batches)) }
      }
      return await group.reduce(into: Array(repeating: [], count: shards.count)) {
        $0[$1.0] = $1.1
      }
    }
    let count = batches.reduce(0) { $0 + $1.observations.count }
    state.withLock { $0.ledger.countScored(count) }
    for index in batches.indices {
      for findings in found { await report(findings[index]) }
    }
  }

  /// Reports what rules find, with the traffic shares that any shard knows.
  private func report(_ rules: RuleLane) async {
    await rules.run { found in
      for var findings in found where !findings.isEmpty {
        findings.detections = await self.shards[0].withShares(findings.detections)
        await self.report(findings)
      }
    }
  }

  private func report(_ findings: Findings) async {
    guard !findings.isEmpty else { return }
    for input in findings.inputs(newID: newID) { await loop.submit(input) }
  }

  /// Observations that are scored before the findings are reported: less than a millisecond's.
  private static let turn = 1_024
}
