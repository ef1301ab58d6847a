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
  /// Of whom the loop is to hear, and what was resolved since it last did.
  private var news: [SPIFFEID: Set<EndedAlert>] = [:]
  /// The share of traffic that its workload had before each incident that stands, nil where unknown:
  /// looked up once, for it is forgotten within minutes.
  private var shares: [String: Double?] = [:]
  private let records: AsyncStream<Record>
  private let recordOutbox: AsyncStream<Record>.Continuation
  private let bells: AsyncStream<Void>
  private let bell: AsyncStream<Void>.Continuation
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
    (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Takes up what the history holds, after the loop did. What nobody reports any more is released, and
  /// a quarantine for which two senders were needed becomes a throttle.
  package func restore() async throws {
    let since = now().adding(milliseconds: -DeskLimits().endedSeconds * 1_000)
    let senders = Set(rules.keys)
    var acted: [(SPIFFEID, MatchedAlert)] = []
    for action in await loop.snapshot.openActions {
      guard case .workload(let workload) = action.subject, let alert = action.detection.alert
      else { continue }
      acted.append((workload, alert))
      desk.follow(alert, against: workload)
    }
    desk = try await store.restore(desk, since: since) { senders.contains($0.key.sender) }
    // Before what nobody repeated meanwhile expires, which is no all-clear.
    for (workload, alert) in acted {
      for end in desk.ends(of: alert, against: workload, among: senders) {
        note(workload, resolved: end)
      }
    }
    handle(.tick)
    remind()
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

  package func run() async throws {
    await withGracefulShutdownHandler {
      await withDiscardingTaskGroup { group in
        group.addTask { for await record in self.records { await self.keep(record) } }
        group.addTask { for await _ in self.bells { await self.tellNews() } }
        group.addTask { await self.tickUntilShutdown() }
      }
    } onGracefulShutdown: {
      self.recordOutbox.finish()
      self.bell.finish()
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
    for workload in desk.detections(at: now()).keys { note(workload) }
  }

  private func note(_ workload: SPIFFEID, resolved ended: EndedAlert? = nil) {
    news[workload, default: []].formUnion(ended.map { [$0] } ?? [])
    bell.yield()
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
      case .raise(let evidence): note(evidence.subject)
      case .lessen(let incident, let subject): note(subject, resolved: EndedAlert(incident))
      case .release(let incident, let subject, let end):
        switch end {
        case .resolved: note(subject, resolved: EndedAlert(incident))
        // What merely was not repeated is no all-clear.
        case .expired: note(subject)
        }
      case .answer(let delivery, let answer):
        waiting.removeValue(forKey: delivery)?.resume(returning: answer)
      }
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

  /// Gives the loop all that stands about each workload of which there is news, releases first.
  private func tellNews() async {
    let news = news.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    self.news = [:]
    let standing = desk.detections(at: now())
    let open = Set(standing.values.joined().compactMap { $0.alert?.incident })
    shares = shares.filter { open.contains($0.key) }
    let policies = await loop.snapshot.policies
    for (workload, resolved) in news {
      let answered = await withShare(standing[workload] ?? []).filter { alert in
        policies.contains { $0.matches(alert) }
      }
      await loop.submit(.reported(.workload(workload), answered, resolved: resolved, id: newID()))
    }
  }

  /// With the greatest share of traffic that their workload had before any of them, as far as it is
  /// known: later it may have been acted on, or have done its harm, and before it may have been idle.
  private func withShare(_ alerts: [Detection]) async -> [Detection] {
    var greatest: Double?
    for alert in alerts {
      guard let incident = alert.alert?.incident else { continue }
      if shares[incident] == nil {
        shares.updateValue(await scoring.withShare(alert).trafficShare, forKey: incident)
      }
      if let share = shares[incident] ?? nil { greatest = max(greatest ?? share, share) }
    }
    return alerts.map { alert in
      var alert = alert
      alert.trafficShare = greatest
      return alert
    }
  }

  /// Records that wait for the disk: the deliveries that the desk lets wait, and what expires meanwhile.
  private static let maximumRecords = 64
  private static let reminderSeconds = 5
}
