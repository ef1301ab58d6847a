internal import FeedbackLoop
internal import Logging
package import MeshModel
internal import ServiceLifecycle
package import Signals
internal import Synchronization

/// A mailbox around the desk that takes in other systems' signals.
///
/// What is to be recorded and what the loop is to hear are drained apart, each in order, so that no
/// disk holds up a release. What stands is told to the loop again every five seconds, so that nothing
/// is lost on a loop that could not act at first.
package actor SignalLane: Service {
  private enum Word: Sendable {
    case accused([Detection])
    case cleared(Subject, standing: [Detection], String)
  }

  private struct Record: Sendable {
    var entries: [SignalEntry]
    /// Nil where nobody waits for it.
    var delivery: DeliveryID?
  }

  private var desk: SignalDesk
  private let store: any SignalStore
  private let loop: Loop
  private let scoring: Scoring
  private let configured: Set<SPIFFEID>
  private let rules: [String: WorkloadRules]
  private let now: @Sendable () -> Timestamp
  private let newID: @Sendable () -> ActionID
  private var waiting: [DeliveryID: CheckedContinuation<DeliveryAnswer, Never>] = [:]
  private var deliveries: UInt64 = 0
  private var tally = SignalTally()
  /// What open incidents score.
  private let scored = Mutex<[Subject: Double]>([:])
  private let records: AsyncStream<Record>
  private let recordOutbox: AsyncStream<Record>.Continuation
  private let words: AsyncStream<Word>
  private let wordOutbox: AsyncStream<Word>.Continuation
  private let logger = Logger(label: "flyball.signals")

  /// The `configured` workloads are known though no proxy of theirs is attached. The `rules` are each
  /// sender's; what others once reported no longer counts.
  package init(
    store: any SignalStore, loop: Loop, scoring: Scoring, configured: Set<SPIFFEID>,
    rules: [String: WorkloadRules],
    limits: DeskLimits = DeskLimits(), now: @escaping @Sendable () -> Timestamp,
    newID: @escaping @Sendable () -> ActionID
  ) {
    desk = SignalDesk(limits: limits)
    self.store = store
    self.loop = loop
    self.scoring = scoring
    self.configured = configured
    self.rules = rules
    self.now = now
    self.newID = newID
    (records, recordOutbox) = AsyncStream.makeStream(
      bufferingPolicy: .bufferingOldest(Self.maximumRecords))
    (words, wordOutbox) = AsyncStream.makeStream(
      bufferingPolicy: .bufferingNewest(Self.maximumWords))
  }

  /// Takes up what the history holds, after the loop did. What nobody reports any more is released.
  package func restore() async throws {
    let since = now().adding(milliseconds: -DeskLimits().endedSeconds * 1_000)
    let senders = Set(rules.keys)
    desk = try await store.restore(desk, since: since) { senders.contains($0.key.sender) }
    handle(.tick)
    let accused = desk.detections(at: now())
    for detections in accused.values { wordOutbox.yield(.accused(detections)) }
    for action in await loop.snapshot.openActions where action.detection.detector == .alert {
      guard case .workload(let workload) = action.subject else { continue }
      wordOutbox.yield(
        .cleared(
          action.subject, standing: accused[workload] ?? [], "nobody reports it any more"))
    }
  }

  /// Whether a sender may deliver once more, asked before a delivery is parsed; else the answer.
  package func admit(_ sender: String) -> DeliveryAnswer? {
    let refusal = desk.admit(sender, at: now())
    if let refusal { tally.count(refusal.status, of: sender) }
    return refusal
  }

  /// Takes in what a delivery held; the answer comes once all of it is durable, or is not to be.
  package func deliver(
    _ reading: SignalReading, of sender: String, replayKey: String?
  ) async -> DeliveryAnswer {
    let known = await knownWorkloads()
    let signals = reading.signals.map { attributed($0, of: sender, among: known) }
    let delivery = newDelivery()
    let answer = await withCheckedContinuation { continuation in
      waiting[delivery] = continuation
      handle(.received(delivery, sender: sender, replayKey: replayKey, signals))
    }
    tally.count(answer, reading, of: sender)
    return answer
  }

  /// Counts a delivery that was refused before it was read.
  package func count(_ status: Int, of sender: String) { tally.count(status, of: sender) }

  /// What is open and what came so far, for whoever looks.
  package var standing: (incidents: [Incident], tally: SignalTally) { (desk.incidents, tally) }

  /// The scores of workloads by what is reported about them.
  nonisolated var scores: [Subject: Double] { scored.withLock { $0 } }

  package func run() async throws {
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { for await record in self.records { await self.keep(record) } }
        group.addTask { for await word in self.words { await self.tell(word) } }
        group.addTask { await self.tickUntilShutdown() }
      }
    } onGracefulShutdown: {
      self.recordOutbox.finish()
      self.wordOutbox.finish()
    }
    // Nobody records any more, and senders send again.
    for sender in waiting.values { sender.resume(returning: .unavailable(retryAfterSeconds: 1)) }
    waiting = [:]
  }

  private func tickUntilShutdown() async {
    try? await cancelWhenGracefulShutdown {  // Ends by cancellation only.
      for second in 1... {
        try await Task.sleep(for: .seconds(1))
        await self.handle(.tick)
        guard second % Self.reminderSeconds == 0 else { continue }
        await self.findWorkloads()
        await self.remind()
      }
    }
  }

  private func remind() {
    for detections in desk.detections(at: now()).values { wordOutbox.yield(.accused(detections)) }
  }

  /// Leads signals to the workloads that appeared since they came.
  private func findWorkloads() async {
    guard !desk.unattributed.isEmpty else { return }
    let known = await knownWorkloads()
    for (sender, signals) in desk.unattributed {
      let found = signals.map { attributed($0, of: sender, among: known) }
        .filter { $0.attribution.subject != nil }
      guard !found.isEmpty else { continue }
      handle(.received(newDelivery(), sender: sender, replayKey: nil, found))
    }
  }

  private func knownWorkloads() async -> KnownWorkloads {
    KnownWorkloads(proxies: await loop.snapshot.proxies.keys, configured: configured)
  }

  private func attributed(
    _ signal: Signal, of sender: String, among known: KnownWorkloads
  ) -> AttributedSignal {
    AttributedSignal(signal, rules[sender]?.attribution(of: signal, among: known) ?? .nobody)
  }

  private func newDelivery() -> DeliveryID {
    deliveries += 1
    return DeliveryID(deliveries)
  }

  private func handle(_ event: DeskEvent) {
    let instant = now()
    perform(desk.handle(event, at: instant), at: instant)
  }

  private func perform(_ effects: [DeskEffect], at now: Timestamp) {
    for effect in effects {
      switch effect {
      case .record(let entries, let delivery):
        let record = Record(entries: entries, delivery: delivery)
        if case .enqueued = recordOutbox.yield(record) { continue }
        if let delivery { handle(.recordFailed(delivery)) }
      case .raise(let evidence): accuse(evidence.subject, at: now)
      case .release(let incident, let subject, let end):
        clear(subject, of: incident, end, at: now)
      case .answer(let delivery, let answer):
        waiting.removeValue(forKey: delivery)?.resume(returning: answer)
      }
    }
    let scores = desk.scores.map { (Subject.workload($0.key), $0.value) }
    scored.withLock { $0 = Dictionary(uniqueKeysWithValues: scores) }
  }

  private func accuse(_ workload: SPIFFEID, at now: Timestamp) {
    wordOutbox.yield(.accused(desk.detections(against: workload, at: now)))
  }

  /// An incident that merely was not repeated is no all-clear: then the score alone falls.
  private func clear(
    _ workload: SPIFFEID, of incident: IncidentID, _ end: DeskEffect.End, at now: Timestamp
  ) {
    switch end {
    case .resolved:
      let reason = "\(incident.first.sender) resolved what it reported"
      let standing = desk.detections(against: workload, at: now)
      wordOutbox.yield(.cleared(.workload(workload), standing: standing, reason))
    case .expired: break
    }
  }

  private func keep(_ record: Record) async {
    do {
      try await store.append(record.entries)
    } catch {
      logger.critical("the history cannot be written", metadata: ["error": "\(error)"])
      if let delivery = record.delivery { handle(.recordFailed(delivery)) }
      await loop.submit(.recordFailed("\(error)"))
      return
    }
    if let delivery = record.delivery { handle(.recorded(delivery)) }
    for entry in record.entries {
      logger.info("signal", metadata: ["change": "\(entry.wording)"])
    }
  }

  private func tell(_ word: Word) async {
    switch word {
    case .accused(let detections):
      for detection in detections {
        let known = await scoring.withShares(detection)
        await loop.submit(.detected(known, id: newID()))
      }
    case .cleared(let subject, let standing, let reason):
      await loop.submit(.cleared(subject, standing: standing, reason))
    }
  }

  /// Records that wait for the disk: the deliveries that the desk lets wait, and what expires meanwhile.
  private static let maximumRecords = 64
  /// What waits for the loop; what stands is told again, so that of many the latest count.
  private static let maximumWords = 4_096
  private static let reminderSeconds = 5
}
